/** The process of one module stage: loads the module, builds its context, runs it, tells the runner how it went. */
import { pathToFileURL } from 'node:url';

import type { Failure } from '../../failure.ts';
import type { Json } from '../../json.ts';
import type { StageContext, StageDefinition, StageInput, StageInputs, StageProgress } from '../../stage.ts';
import { displayOutside, isDisplay } from './display.ts';
import type { StageMessage, StageTask } from './message.ts';

// It was for this process alone: a stage and what it starts see what they declared.
delete process.env['NODE_COMPILE_CACHE'];

const interruption = new AbortController();
process.on('SIGTERM', () => interruption.abort(new Error('interrupted')));
process.on('SIGINT', () => interruption.abort(new Error('interrupted')));
process.on('disconnect', () => process.exit(1));
process.on('uncaughtException', (error) => end(failureMessage(error, 'stage-error')));
process.once('message', (task) => void runStage(task as StageTask));

async function runStage(task: StageTask): Promise<void> {
  const stage = await load(task.module);
  if (stage === undefined) return;
  say({ kind: 'loaded' });
  try {
    await stage.run(contextOf(task));
    end({ kind: 'done', display: stage.display ?? null });
  } catch (error) {
    end(failureMessage(error, interruption.signal.aborted ? 'interrupted' : 'stage-error'));
  }
}

async function load(module: string): Promise<StageDefinition<Json> | undefined> {
  try {
    const { default: stage } = (await import(pathToFileURL(module).href)) as { default?: unknown };
    if (isStage(stage) && isDisplay(stage.display)) return stage;
    const failure: Failure = isStage(stage)
      ? displayOutside(module, stage.display)
      : {
          code: 'MODULE_NO_STAGE',
          message: 'the default export is no stage',
          place: module,
          remedy: 'export default defineStage({ async run(context) { ... } })',
        };
    end({ kind: 'failed', reason: 'module-unusable', failure, details: '' });
  } catch (error) {
    end(failureMessage(error, 'module-unusable'));
  }
  return undefined;
}

const isStage = (value: unknown): value is StageDefinition<Json> =>
  typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';

function contextOf({ params, inputs, output, checkpoint, cpus, marks }: StageTask): StageContext<Json> {
  return {
    params,
    inputs: stageInputs(inputs),
    output,
    checkpoint,
    cpus,
    marks,
    signal: interruption.signal,
    progress: thinnedOut((progress) => say({ kind: 'progress', progress })),
    log: (line) => say({ kind: 'log', line }),
    metric: (metric) => say({ kind: 'metric', metric }),
    mark: (name) => say({ kind: 'mark', name }),
  };
}

function stageInputs(inputs: StageTask['inputs']): StageInputs {
  const all = (name: string): readonly StageInput[] => {
    const sources = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (sources !== undefined) return sources;
    throw new Error(`no input is named \`${name}\`; there are: ${Object.keys(inputs).join(', ') || 'none'}`);
  };
  const optional = (name: string): StageInput | undefined => {
    const [first, second] = all(name);
    if (second !== undefined) throw new Error(`the input \`${name}\` holds several: use \`all\``);
    return first;
  };
  return {
    all,
    optional,
    one(name) {
      const input = optional(name);
      if (input === undefined) throw new Error(`the input \`${name}\` is absent (null): use \`optional\``);
      return input;
    },
  };
}

/** A view needs no more than a few updates a second; the last one always gets through. */
function thinnedOut(tell: (progress: StageProgress) => void): (progress: StageProgress) => void {
  let told = 0;
  return (progress) => {
    const now = performance.now();
    if (now - told < 100 && progress.done < progress.total) return;
    told = now;
    tell(progress);
  };
}

function failureMessage(
  error: unknown,
  reason: 'stage-error' | 'module-unusable' | 'interrupted',
): StageMessage {
  const carried = carriedFailure(error);
  if (carried !== undefined) return { kind: 'failed', reason, failure: carried, details: '' };
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const failure = {
    code: reason === 'module-unusable' ? 'MODULE_UNUSABLE' : 'STAGE_ERROR',
    message: (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split(
      '\n',
      1,
    )[0] as string,
  };
  return { kind: 'failed', reason, failure, details };
}

/** By its shape: the stage may have its `FailureError` from another copy of the module. */
function carriedFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('failure' in error)) return undefined;
  const failure = error.failure as Partial<Failure> | null;
  return typeof failure?.code === 'string' && typeof failure.message === 'string'
    ? (failure as Failure)
    : undefined;
}

function say(message: StageMessage): void {
  if (process.connected) process.send?.(message);
}

/** Ends the process even where the stage left timers or workers behind. */
function end(message: StageMessage): void {
  if (!process.connected) process.exit(1);
  process.send?.(message, () => process.exit(message.kind === 'done' ? 0 : 1));
}
