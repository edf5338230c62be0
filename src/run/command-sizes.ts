/** Commands that the system would not take, found before anything runs. */
import { join, resolve } from 'node:path';

import type { Failure } from '../failure.ts';
import type { Graph, Node } from '../graph/node.ts';
import type { StageInput } from '../stage.ts';
import { layoutOf } from '../store/layout.ts';
import { valueOfVariable } from './declared-environment.ts';
import { commandStart } from './stage/command-start.ts';

export interface OversizedCommand {
  readonly stage: string;
  readonly failure: Failure;
}

/** The first of each stage. Keys are not known yet, but their lengths are, and so those of all paths. */
export function oversizedCommands(root: string, { nodes }: Graph): readonly OversizedCommand[] {
  const found = new Map<string, OversizedCommand>();
  const stageOf = new Map<string, string>(nodes.map(({ recipe, stage }) => [recipe, stage]));
  for (const node of nodes) {
    if (node.action.kind !== 'command' || found.has(node.stage)) continue;
    const inputs = likelyInputs(node, root, stageOf);
    if (isSmall(node, inputs)) continue;
    const { fault } = commandStart(node, node.action, paramsOf(node), {
      ...likelyPlaces(node, root),
      cpus: 1,
      inputs,
    });
    if (fault !== undefined)
      found.set(node.stage, {
        stage: node.stage,
        failure: { ...fault, message: `${node.name}: ${fault.message}` },
      });
  }
  return [...found.values()];
}

/** Mostly there is no effort, and to copy many parameters takes long. */
const paramsOf = ({ params, effort }: Node): Node['params'] =>
  Object.keys(effort).length === 0 ? params : { ...Object(params), ...effort };

type Inputs = Readonly<Record<string, readonly StageInput[]>>;

function likelyInputs(node: Node, root: string, stageOf: ReadonlyMap<string, string>): Inputs {
  const layout = layoutOf(join(root, 'artifacts'));
  const entries = node.inputs.map(({ name, sources }) => [
    name,
    sources.map((source): StageInput => {
      const path =
        source.kind === 'path'
          ? resolve(root, source.path)
          : join(
              layout.artifact(stageOf.get(source.recipe) ?? '', source.recipe),
              'files',
              source.part ?? '',
            );
      return { path, origin: path, overrides: {} };
    }),
  ]);
  return Object.fromEntries(entries) as Inputs;
}

function likelyPlaces(
  node: Node,
  root: string,
): Record<'output' | 'checkpoint' | 'paramsFile' | 'inputsFile', string> {
  const layout = layoutOf(join(root, 'artifacts'));
  const { work, checkpoints } = layout;
  const name = layout.workName(node.stage, node.recipe);
  return {
    output: join(work, name, 'files'),
    checkpoint: join(checkpoints, name),
    paramsFile: join(work, name, 'params.json'),
    inputsFile: join(work, name, 'inputs.json'),
  };
}

const smallest = 60_000;

/** Nearly all are: whatever is put in wherever it can be, they stay far below what any system takes. */
function isSmall(node: Node, inputs: Inputs): boolean {
  const command = node.action.kind === 'command' ? node.action.command : '';
  const paths = Object.values(inputs).flat();
  const values =
    JSON.stringify(paramsOf(node)).length * 20 + paths.reduce((sum, { path }) => sum + path.length + 20, 0);
  const declared = node.environment.reduce((sum, name) => sum + (valueOfVariable(name)?.length ?? 0), 0);
  return command.length + values * command.split('{{').length + declared < smallest;
}
