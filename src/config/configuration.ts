/**
 * Reads `pipeline.yaml`, lays the experiment and then the command line's overrides on its parameters, and reports
 * everything that is wrong with any of them.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { gather, isFull, type Checked, type Diagnostic } from './diagnostic.ts';
import { overridesIn } from './input.ts';
import { textOf, type Located, type LocatedMapping } from './located.ts';
import { nearestName, oneOf } from './nearest.ts';
import { sweptTwice, withLiteral } from './option-faults.ts';
import type { OptionOverride, Override } from './override.ts';
import { isParameterPath } from './parameter-path.ts';
import { experiment as experimentCheck, pipeline as pipelineCheck } from './own-checks.js';
import { overrideParameters, type OwnEntries } from './parameters.ts';
import { readSweep } from './read-sweep.ts';
import { readYaml } from './read.ts';
import type { Reading } from './resolve.ts';
import { checkWith, type SchemaCheck } from './schema.ts';
import { rootScope } from './scope.ts';
import { readStage, type StageDeclaration } from './stage-declaration.ts';
import { checkStageNames } from './stage-names.ts';
import { openStageSchemas } from './stage-schema.ts';
import { axesOf, noSweep, tooManyPoints, withoutParameters, type Sweep, type SweepPart } from './sweep.ts';
import { parseTemplate } from './template.ts';

export interface Configuration {
  /** Absolute path of the folder with `pipeline.yaml`. */
  readonly root: string;
  readonly params: LocatedMapping;
  readonly stages: ReadonlyMap<string, StageDeclaration>;
  /** Of the experiment and the command line together. */
  readonly sweep: Sweep;
}

export interface ConfigurationRequest {
  /** `-e NAME`. */
  readonly experiment?: string | undefined;
  /** The texts after `-S`, in order. */
  readonly overrides?: readonly string[];
  /** The texts after `--sweep`, in order: each a sweep as YAML. */
  readonly sweeps?: readonly string[];
}

export interface LoadedConfiguration {
  /** As much of it as could be read, so that faults of the graph can be reported too; undefined where nothing could. */
  readonly configuration: Configuration | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export async function loadConfiguration(
  root: string,
  { experiment, overrides = [], sweeps: sweepTexts = [] }: ConfigurationRequest = {},
): Promise<LoadedConfiguration> {
  const diagnostics: Diagnostic[] = [];
  const pipeline = await readChecked(root, 'pipeline.yaml', 'pipeline', diagnostics);
  if (isFull(diagnostics)) return { configuration: undefined, diagnostics };
  const named = experiment === undefined ? undefined : await readExperiment(root, experiment, diagnostics);
  const options = await readOptions(overrides, sweepTexts, diagnostics);
  if (pipeline === undefined || isFull(diagnostics)) return { configuration: undefined, diagnostics };

  const stages = readStages(root, pipeline.entries.get('stages')?.value);
  gather(diagnostics, checkStageNames(stages.values()));
  const { params, sweep } = layOverrides(pipeline, named, options, diagnostics);
  return { configuration: { root, params, stages, sweep }, diagnostics };
}

/** What stands behind `-S` and `--sweep`. */
interface Options {
  readonly overrides: readonly OptionOverride[];
  readonly sweeps: readonly Located[];
}

async function readOptions(
  overrideTexts: readonly string[],
  sweepTexts: readonly string[],
  diagnostics: Diagnostic[],
): Promise<Options> {
  if (overrideTexts.length + sweepTexts.length === 0) return { overrides: [], sweeps: [] };
  // Loaded here: a configuration as it stands needs neither, and with them all of YAML.
  const [{ parseOverride }, { parseYamlPart }] = await Promise.all([
    import('./override.ts'),
    import('./yaml.ts'),
  ]);
  const told = <Value>(parsed: Checked<Value>): readonly Value[] => {
    if (parsed.ok) return [parsed.value];
    gather(diagnostics, parsed.diagnostics);
    return [];
  };
  return {
    overrides: overrideTexts.flatMap((text) => told(parseOverride(text))),
    sweeps: sweepTexts.flatMap((text) =>
      told(parseYamlPart({ name: `--sweep ${text}`, kind: 'option', text }, text, 0)),
    ),
  };
}

function layOverrides(
  pipeline: LocatedMapping,
  experiment: LocatedMapping | undefined,
  { overrides, sweeps }: Options,
  diagnostics: Diagnostic[],
): { params: LocatedMapping; sweep: Sweep } {
  const declared = pipeline.entries.get('params')?.value;
  let params: LocatedMapping =
    declared?.kind === 'mapping'
      ? declared
      : { kind: 'mapping', entries: new Map(), origin: pipeline.origin };
  const own: OwnEntries = new Set();
  const told = (faults: readonly Diagnostic[]): readonly Diagnostic[] =>
    faults.map((fault) => withLiteral(fault, pipeline));
  const lay = (override: Override, mayAdd?: (path: string) => boolean): void => {
    const result = overrideParameters(params, override, mayAdd, own);
    params = result.tree;
    gather(diagnostics, told(result.diagnostics));
  };

  // A new parameter that nothing refers to would be a misspelt one.
  let referred: ReadonlySet<string> | undefined;
  const mayAdd = (path: string): boolean => {
    referred ??= referredPaths(experiment === undefined ? [pipeline] : [pipeline, experiment]);
    return referred.has(path);
  };
  for (const override of overridesIn(experiment?.entries.get('set')?.value)) {
    if (isFull(diagnostics)) break;
    if (isParameterPath(override.path)) lay(override, mayAdd);
  }
  const reading = (): Reading => ({ scope: rootScope(params), diagnostics, reads: new Set(), open: [] });
  let sweep = readSweep(experiment?.entries.get('sweep')?.value, reading());
  const swept = new Map<string, SweepPart>();
  for (const option of overrides) {
    swept.delete(option.path);
    if (option.kind === 'set') lay(option);
    else swept.set(option.path, { kind: 'values', axis: option });
  }
  sweep = withoutParameters(sweep, new Set(overrides.map(({ path }) => path)));
  sweep = { ...sweep, parts: [...sweep.parts, ...swept.values()] };
  for (const value of sweeps) {
    const { parts, exclude } = readSweep(value, reading());
    gather(diagnostics, sweptTwice(axesOf({ parts, exclude }), swept));
    sweep = withoutParameters(sweep, new Set(axesOf({ parts, exclude }).map(({ path }) => path)));
    sweep = { parts: [...sweep.parts, ...parts], exclude: [...sweep.exclude, ...exclude] };
  }
  const excess = tooManyPoints(sweep);
  const faults = excess === undefined ? told(faultsOfValues(params, sweep)) : [excess];
  gather(diagnostics, faults);
  return { params, sweep: faults.length === 0 ? sweep : noSweep };
}

/** The first of each parameter that cannot have one of its values. */
function faultsOfValues(params: LocatedMapping, sweep: Sweep): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  for (const { path, origin, values } of axesOf(sweep)) {
    for (const value of values) {
      const { diagnostics } = overrideParameters(params, { path, origin, value });
      gather(faults, diagnostics.slice(0, 1));
      if (diagnostics.length > 0) break;
    }
  }
  return faults;
}

function readStages(root: string, stages: Located | undefined): ReadonlyMap<string, StageDeclaration> {
  if (stages?.kind !== 'mapping') return new Map();
  const schemaOf = openStageSchemas(root);
  return new Map(
    [...stages.entries].map(([name, { key, value }]) => {
      const mapping = value.kind === 'mapping' ? value : { ...stages, entries: new Map() };
      const stage = readStage(name, key, mapping);
      return [name, { ...stage, ...schemaOf(name, stage.action) }] as const;
    }),
  );
}

/** In bytes, of at most 255: `.results.json`, and what a file is called while it is written. */
const longestExperimentName = 200;

async function readExperiment(
  root: string,
  name: string,
  diagnostics: Diagnostic[],
): Promise<LocatedMapping | undefined> {
  const files = await readdir(join(root, 'experiments')).catch(() => []);
  const known = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
  if (Buffer.byteLength(name) > longestExperimentName && known.includes(name)) {
    const message = `the name of an experiment is part of names of files, and this one has ${Buffer.byteLength(name)} bytes`;
    diagnostics.push({ code: 'SCHEMA_NAME', message, expected: `at most ${longestExperimentName}` });
    return undefined;
  }
  if (known.includes(name)) return readChecked(root, `experiments/${name}.yaml`, 'experiment', diagnostics);
  diagnostics.push({
    code: 'EXPERIMENT_UNKNOWN',
    message: `there is no experiment ${JSON.stringify(name)}`,
    expected: known.length === 0 ? `a file experiments/${name}.yaml` : oneOf(known),
    nearest: nearestName(name, known),
  });
  return undefined;
}

/** A YAML file that is a mapping, with what its schema says of it. */
async function readChecked(
  root: string,
  file: string,
  schema: 'pipeline' | 'experiment',
  diagnostics: Diagnostic[],
): Promise<LocatedMapping | undefined> {
  const read = await readYaml(root, file);
  if (!read.ok) {
    gather(diagnostics, read.diagnostics);
    return undefined;
  }
  const identity = `${schema} ${file}`;
  const check = knownChecks.get(identity) ?? checkOf(schema, file);
  knownChecks.set(identity, check);
  gather(diagnostics, check(read.value));
  return read.value.kind === 'mapping' ? read.value : undefined;
}

const ownChecks = { pipeline: pipelineCheck, experiment: experimentCheck };

/** By schema and file: whoever reads many configurations reads files of the same names. */
const knownChecks = new Map<string, SchemaCheck>();

function checkOf(schema: keyof typeof ownChecks, file: string): SchemaCheck {
  const check = checkWith(ownChecks[schema], file);
  // What was not parsed again is not checked again.
  const known = new WeakMap<Located, readonly Diagnostic[]>();
  return (value) => {
    const faults = known.get(value) ?? check(value);
    known.set(value, faults);
    return faults;
  };
}

/** The paths in every `${...}` of the values, and of the groups they stand in. */
function referredPaths(values: readonly Located[]): ReadonlySet<string> {
  const paths = new Set<string>();
  const waiting = [...values];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value.kind === 'sequence') for (const item of value.items) waiting.push(item);
    else if (value.kind === 'mapping') for (const entry of value.entries.values()) waiting.push(entry.value);
    else
      for (const piece of parseTemplate(textOf(value) ?? '')) {
        if (piece.kind !== 'reference') continue;
        for (
          let path = piece.path;
          path !== '' && !paths.has(path);
          path = path.slice(0, Math.max(0, path.lastIndexOf('.')))
        )
          paths.add(path);
      }
  }
  return paths;
}
