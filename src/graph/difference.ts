/** What sets the work of one key apart from that of another, in words a person can act on. Pure. */
import type { Json } from '../json.ts';
import { canonicalText, compareCodePoints } from './encoding.ts';
import type {
  CodePart,
  FileChanges,
  InputPart,
  KeyChange,
  KeyParts,
  ReferencedFile,
  SourcePart,
} from './key.ts';
import { leavesOf } from './leaves.ts';

/** `after` may lack inputs that are not known yet; those are not compared. Empty where the keys are equal. */
export function differences(
  before: KeyParts,
  after: Omit<KeyParts, 'inputs'> & Partial<KeyParts>,
): KeyChange[] {
  return [
    ...changes('format', { '': before.format }, { '': after.format }),
    ...codeChanges(before.code, after.code),
    ...changes('params', leavesOf(before.params), leavesOf(after.params)),
    ...(after.inputs === undefined
      ? []
      : changes('input', inputLeaves(before.inputs), inputLeaves(after.inputs))),
    ...changes('environment', before.environment, after.environment),
  ];
}

/** The sources of inputs that both have and that differ, by the name their change has. */
export function changedSources(
  before: readonly InputPart[],
  after: readonly InputPart[],
): readonly { readonly name: string; readonly before: SourcePart; readonly after: SourcePart }[] {
  const earlier = new Map(before.flatMap(namedSources));
  return after.flatMap(namedSources).flatMap(([name, source]) => {
    const known = earlier.get(name);
    return known === undefined || known.digest === source.digest
      ? []
      : [{ name, before: known, after: source }];
  });
}

const mostNamed = 20;

const named = (paths: readonly string[]): FileChanges['added'] => ({
  count: paths.length,
  first: paths.toSorted(compareCodePoints).slice(0, mostNamed),
});

/** Which files of a folder came, went or changed, by what is said of each at both times; files that are alike may be left out of both. */
export function fileChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  total: number = after.size,
): FileChanges {
  const now = [...after.keys()];
  return {
    total,
    changed: named(now.filter((path) => before.has(path) && before.get(path) !== after.get(path))),
    added: named(now.filter((path) => !before.has(path))),
    removed: named([...before.keys()].filter((path) => !after.has(path))),
  };
}

type Named = Readonly<Record<string, Json>>;

function changes(part: KeyChange['part'], before: Named, after: Named): KeyChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => textOf(before[name]) !== textOf(after[name]))
    .toSorted(compareCodePoints)
    .map((name) => ({ part, name, before: before[name], after: after[name] }));
}

const textOf = (value: Json | undefined): string => (value === undefined ? '' : canonicalText(value));

function codeChanges(before: CodePart, after: CodePart): KeyChange[] {
  if (before.kind === 'command' || after.kind === 'command') {
    return changes('code', commandLeaves(before), commandLeaves(after));
  }
  const packages = changes('package', versions(before), versions(after));
  const files = changes('code', filesOf(before.files), filesOf(after.files));
  const sources = changes('code', before.sources, after.sources);
  const { bundle, resolution, stageApi } = before;
  if (bundle === after.bundle && resolution === after.resolution && stageApi === after.stageApi)
    return [...files, ...packages];
  const named = [...sources, ...files, ...packages];
  if (named.length > 0) return named;
  // The same sources can give another text when what takes their types away is another.
  return changes('code', partsOf(before), partsOf(after));
}

type ModuleCode = Extract<CodePart, { kind: 'module' }>;

const partsOf = ({ bundle, resolution, stageApi }: ModuleCode): Named => ({ bundle, resolution, stageApi });

const commandLeaves = (code: CodePart): Named =>
  code.kind === 'module'
    ? { module: code.bundle }
    : { command: code.command, ...filesOf(code.files), ...metricsOf(code) };

const metricsOf = ({ metrics }: Extract<CodePart, { kind: 'command' }>): Named =>
  metrics === undefined ? {} : { metrics: { file: metrics.file, directions: metrics.directions } };

const filesOf = (files: readonly ReferencedFile[]): Named =>
  Object.fromEntries(
    files.flatMap(({ reference, digest, executable = [] }): readonly (readonly [string, Json])[] => [
      [reference, digest],
      ...executable.map(
        (path) => [`executable bit of ${[reference, path].filter(Boolean).join('/')}`, true] as const,
      ),
    ]),
  );

function versions({ node, packages }: ModuleCode): Named {
  const byName = new Map<string, string[]>();
  for (const each of packages) {
    const at = each.lastIndexOf('@');
    const name = each.slice(0, at);
    byName.set(name, [...(byName.get(name) ?? []), each.slice(at + 1)]);
  }
  return {
    ...Object.fromEntries([...byName].map(([name, found]) => [name, found.join(', ')])),
    ...(node === undefined ? {} : { node }),
  };
}

function inputLeaves(inputs: readonly InputPart[]): Named {
  return Object.fromEntries(
    inputs.flatMap((input): readonly [string, Json][] =>
      input.sources.length === 0
        ? [[input.name, null]]
        : namedSources(input).map(([name, { digest, overrides }]) => [name, { digest, overrides }]),
    ),
  );
}

const namedSources = ({ name, swept, sources }: InputPart): readonly (readonly [string, SourcePart])[] =>
  sources.map((source, index) => [swept ? `${name}[${index}]` : name, source]);
