/** Runs one node's stage in a process of its own and gathers what it gives. */
import { writeFileSync } from 'node:fs';
import { extname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Failure } from '../../failure.ts';
import { compareCodePoints } from '../../graph/encoding.ts';
import type { Node, NodeAction } from '../../graph/node.ts';
import type { Json } from '../../json.ts';
import { shellWord } from '../../shell-word.ts';
import type { Metric, StageInput, StageProgress } from '../../stage.ts';
import { fileInside, isInside } from '../../store/confined-path.ts';
import type { Workspace } from '../../store/workspace.ts';
import { displayOutside } from './display.ts';
import type { NodeFailureReason } from '../event.ts';
import { interrupted, NodeFault } from '../fault.ts';
import { commandStart } from './command-start.ts';
import { inputPaths, stageEnvironment } from './environment.ts';
import { openLog, type StageLog } from './log.ts';
import type { StageMessage } from './message.ts';
import { MetricList } from './metric.ts';
import { runTethered, type ChildEnd, type ChildOptions } from './tethered.ts';
import type { Watching } from './watching.ts';

export interface StageRun {
  readonly root: string;
  readonly node: Node;
  /** Those that enter the key, as they are settled for this machine. */
  readonly params: Json;
  readonly inputs: Readonly<Record<string, readonly StageInput[]>>;
  /** Of the inputs. */
  readonly marks: readonly string[];
  readonly cpus: number;
  readonly gpus: readonly number[] | undefined;
  /** Where Node keeps what it has compiled. */
  readonly compiled: string;
  readonly workspace: Workspace;
  readonly watching: Watching;
  readonly signal: AbortSignal;
  /** The module is loaded: its code is the code of the key if it is unchanged now. Returning false ends the process. */
  onLoaded(): Promise<boolean>;
  onProgress(progress: StageProgress): void;
  onLog(stream: 'log' | 'stdout' | 'stderr', line: string): void;
}

export interface StageGift {
  /** Null where they are in a file of the output and nobody has read it yet. */
  readonly metrics: readonly Metric[] | null;
  /** In code-point order, those of the inputs among them. */
  readonly marks: readonly string[];
  readonly display: string | null;
}

/** The code of the module changed between the making of the key and its loading. */
export class CodeChanged extends Error {}

/** All that the stage asked for, those parameters that cannot change its result among them. */
const parametersOf = ({ node, params }: StageRun): Json => ({ ...Object(params), ...node.effort });

/** Throws a `NodeFault`, or `CodeChanged`. */
export async function runStage(run: StageRun): Promise<StageGift> {
  const log = openLog(run.workspace.log);
  try {
    const { action } = run.node;
    return await (action.kind === 'module'
      ? runModule(run, action.module, log)
      : runCommand(run, action, log));
  } finally {
    log.close();
  }
}

// Published, it has the ending of this file.
const entry = fileURLToPath(new URL('./stage-process.ts', import.meta.url)).replace(
  /\.ts$/,
  extname(import.meta.filename),
);

async function runModule(run: StageRun, module: string, log: StageLog): Promise<StageGift> {
  const { root, node, inputs, workspace, cpus } = run;
  const metrics = new MetricList();
  const marks = new Set(run.marks);
  let ended: Extract<StageMessage, { kind: 'done' | 'failed' }> | undefined;
  let metricFault: Failure | undefined;
  let codeHeld: Promise<boolean> | undefined;
  const stop = new AbortController();

  const hear = (message: StageMessage): void => {
    switch (message.kind) {
      case 'loaded':
        codeHeld = run.onLoaded();
        void codeHeld.then(
          (held) => held || stop.abort(),
          () => stop.abort(),
        );
        break;
      case 'progress':
        run.onProgress(message.progress);
        break;
      case 'log':
        tellLine(run, log, 'log', message.line);
        break;
      case 'metric':
        metricFault ??= metrics.add(message.metric);
        if (metricFault !== undefined) stop.abort();
        break;
      case 'mark':
        marks.add(message.name);
        break;
      case 'done':
      case 'failed':
        ended ??= message;
    }
  };
  const end = await runChild(run, log, {
    command: run.watching.follow({
      kind: 'program',
      words: [process.execPath, '--disable-warning=ExperimentalWarning', run.watching.nodeOption, entry],
    }),
    env: { ...stageEnvironment(node.environment, run.gpus), NODE_COMPILE_CACHE: run.compiled },
    signal: AbortSignal.any([run.signal, stop.signal]),
    conversation: {
      first: {
        module: resolve(root, module),
        params: parametersOf(run),
        inputs,
        output: workspace.output,
        checkpoint: workspace.checkpoint,
        cpus,
        marks: run.marks,
      },
      onMessage: hear,
    },
  });

  if (run.signal.aborted) throw interrupted(node, whatIsKept);
  if ((await codeHeld) === false) throw new CodeChanged(module);
  if (metricFault !== undefined) throw new NodeFault('metric-invalid', metricFault);
  if (ended?.kind === 'failed') {
    if (ended.details !== '') tellLine(run, log, 'log', ended.details);
    throw new NodeFault(ended.reason, { place: module, ...ended.failure });
  }
  if (ended === undefined) throw endedWithoutAWord(node, end);
  const display = displayIn(workspace.output, ended.display, node);
  return { metrics: metrics.all(), marks: [...marks].toSorted(compareCodePoints), display };
}

/** Its log names what went on running in the background and was ended. Throws a `NodeFault` where something could not be. */
async function runChild(
  run: StageRun,
  log: StageLog,
  options: Pick<ChildOptions, 'command' | 'env' | 'signal' | 'conversation'>,
): Promise<ChildEnd> {
  const { root, node, workspace } = run;
  const { left, ...end } = await runTethered({
    ...options,
    cwd: root,
    folders: [workspace.output, workspace.checkpoint],
    onLine: (stream, line) => tellLine(run, log, stream, line),
  });
  workspace.open();
  for (const { pid, command, isRunning } of left)
    if (!isRunning) tellLine(run, log, 'log', `ended what was left running: process ${pid}, ${command}`);
  const still = left.find(({ isRunning }) => isRunning);
  if (still === undefined) return end;
  throw new NodeFault('output-unusable', {
    code: 'PROCESS_LEFT',
    message: `process ${still.pid} of the stage goes on and cannot be ended: ${still.command}`,
    place: node.name,
    remedy: 'it could write to the output: end it, and let the stage wait for what it starts',
  });
}

type Command = Extract<NodeAction, { kind: 'command' }>;

async function runCommand(run: StageRun, action: Command, log: StageLog): Promise<StageGift> {
  const { node, inputs, workspace, cpus } = run;
  const { output, checkpoint } = workspace;
  const [paramsFile, inputsFile] = ['params.json', 'inputs.json'].map((name) => join(output, '..', name)) as [
    string,
    string,
  ];
  const params = parametersOf(run);
  const context = { output, checkpoint, cpus, paramsFile, inputsFile, inputs, gpus: run.gpus };
  const { line, environment, fault } = commandStart(node, action, params, context);
  if (fault !== undefined) throw new NodeFault('input-unusable', { place: node.name, ...fault });
  writeFileSync(paramsFile, JSON.stringify(params));
  writeFileSync(inputsFile, JSON.stringify(inputPaths(context)));
  const end = await runChild(run, log, {
    command: run.watching.follow({ kind: 'shell', text: line }),
    env: environment,
    signal: run.signal,
  });
  if (run.signal.aborted) throw interrupted(node, whatIsKept);
  if (end.signal !== null || end.exitCode === null) throw endedWithoutAWord(node, end);
  if (end.exitCode !== 0) {
    throw new NodeFault('exit-code', {
      code: 'COMMAND_FAILED',
      message: `the command ended with exit code ${end.exitCode}`,
      place: node.stage,
      remedy: `pipe log ${shellWord(node.name)} shows what it wrote`,
    });
  }
  return { metrics: null, marks: [...run.marks], display: null };
}

function tellLine(run: StageRun, log: StageLog, stream: 'log' | 'stdout' | 'stderr', line: string): void {
  for (const each of line.split('\n')) {
    log.write(each);
    run.onLog(stream, each);
  }
}

const whatIsKept = 'run again: what its checkpoint holds is used';

/** As it stands in the manifest. */
function displayIn(output: string, told: string | null, node: Node): string | null {
  if (told === null) return null;
  const display = posix.normalize(told);
  if (!isInside(display)) throw new NodeFault('module-unusable', displayOutside(node.name, told));
  if (fileInside(output, display) === undefined) throw displayMissing(node, told);
  return display;
}

const displayMissing = ({ name }: Node, display: string): NodeFault =>
  new NodeFault('part-missing', {
    code: 'DISPLAY_MISSING',
    message: `the stage ended well and did not write the file ${display}, the page it names as its display`,
    place: name,
    remedy: 'write it into the output, or take `display` from the stage',
  });

function endedWithoutAWord(node: Node, { exitCode, signal }: ChildEnd): NodeFault {
  const reason: NodeFailureReason = 'killed';
  const how = signal === null ? `ended with exit code ${String(exitCode)}` : `was ended by ${signal}`;
  return new NodeFault(reason, {
    code: 'STAGE_KILLED',
    message: `the process ${how} before the stage was done`,
    place: node.name,
    remedy: signal === 'SIGKILL' ? 'it may have run out of memory' : 'see its log',
  });
}
