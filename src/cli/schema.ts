/** `pipe schema`: writes what editors complete `pipeline.yaml` and experiments by. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Configuration } from '../config/configuration.ts';
import { readTextIfThere } from '../config/plain-file.ts';
import { experimentSchema, pipelineSchema, type ProjectFacts } from '../config/editor-schemas.ts';
import { FailureError } from '../failure.ts';
import { exitCode } from './exit-code.ts';
import { openConfiguration } from './project-graph.ts';
import { printLines, tell } from './output.ts';

export async function schema({ check }: { readonly check?: boolean }): Promise<number> {
  // What is wrong with the configuration is no fault here: names are completed while one writes.
  const { root, configuration } = await openConfiguration({ set: [] });
  const facts = factsOf(root, configuration);
  const texts = {
    [join('schemas', 'project', 'pipeline.schema.json')]: pipelineSchema(general('pipeline'), facts),
    [join('schemas', 'project', 'experiment.schema.json')]: experimentSchema(general('experiment'), facts),
  };
  let isInStep = true;
  for (const [file, content] of Object.entries(texts)) {
    const text = `${linesOf(content)}\n`;
    const path = join(root, file);
    if (textOf(root, file) === text) continue;
    isInStep = false;
    if (check === true) {
      tell(`${file} is out of step with pipeline.yaml and the schemas of the stages: pipe schema`);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    printLines(`wrote ${file}`);
  }
  return check === true && !isInStep ? exitCode.workToDo : exitCode.ok;
}

function factsOf(root: string, { params, stages }: Configuration): ProjectFacts {
  const modules: Record<string, Record<string, unknown> | undefined> = {};
  const commands: Record<string, Record<string, unknown>> = {};
  for (const [name, { action }] of stages) {
    const place = action.kind === 'module' ? action.module.replace(/\.[cm]?[jt]s$/, '') : `stages/${name}`;
    const found = schemaIn(join(root, 'schemas', `${place}.schema.json`));
    if (action.kind === 'module') modules[action.module] = found;
    else if (found !== undefined) commands[name] = found;
  }
  return { params, stages: [...stages.keys()], modules, commands };
}

/** One that cannot be read completes nothing; a run says what is wrong with it. */
function schemaIn(file: string): Record<string, unknown> | undefined {
  try {
    const text = readTextIfThere(file);
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function general(name: 'pipeline' | 'experiment'): Record<string, unknown> {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** JSON with a line for each definition, so that a change shows where it is. */
function linesOf(schema: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(schema).map(([name, value]) => {
    const isLong = name === 'definitions' && typeof value === 'object' && value !== null;
    return `${JSON.stringify(name)}: ${isLong ? linesOf({ ...value }) : JSON.stringify(value)}`;
  });
  return `{\n${members.join(',\n')}\n}`;
}

/** What is no file is not written over either. */
function textOf(root: string, file: string): string | undefined {
  try {
    return readTextIfThere(join(root, file));
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}`;
    throw new FailureError({
      code: 'FILE_UNREADABLE',
      message,
      place: file,
      remedy: 'take away what stands there',
    });
  }
}
