/** What sets the work of one key apart from that of another, in words a person can act on. Pure. */
import type { Json, JsonObject } from '../json.ts';
import { canonicalText, compareCodePoints } from './encoding.ts';
import type { CodePart, InputPart, KeyChange, KeyParts, ReferencedFile, SourcePart } from './key.ts';

/** `after` may lack inputs that are not known yet; those are not compared. Empty where the keys are equal. */
export function differences(
  before: KeyParts,
  after: Omit<KeyParts, 'inputs'> & Partial<KeyParts>,
): KeyChange[] {
  return [
    ...changes('format', { '': before.format }, { '': after.format }),
    ...codeChanges(before.code, after.code),
    ...changes('params', leaves(before.params), leaves(after.params)),
    ...(after.inputs === undefined
      ? []
      : changes('input', inputLeaves(before.inputs), inputLeaves(after.inputs))),
    ...changes('environment', before.environment, after.environment),
  ];
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
  const packages = changes('package', versions(before.packages), versions(after.packages));
  const files = changes('code', filesOf(before.files), filesOf(after.files));
  if (before.bundle === after.bundle) return [...files, ...packages];
  const sources = changes('code', before.sources, after.sources);
  // The same sources can give another bundle when the bundler itself is another.
  const named =
    sources.length > 0 ? sources : changes('code', { bundle: before.bundle }, { bundle: after.bundle });
  return [...named, ...files, ...packages];
}

const commandLeaves = (code: CodePart): Named =>
  code.kind === 'module' ? { module: code.bundle } : { command: code.command, ...filesOf(code.files) };

const filesOf = (files: readonly ReferencedFile[]): Named =>
  Object.fromEntries(files.map(({ reference, digest }) => [reference, digest]));

function versions(packages: readonly string[]): Named {
  const byName = new Map<string, string[]>();
  for (const each of packages) {
    const at = each.lastIndexOf('@');
    const name = each.slice(0, at);
    byName.set(name, [...(byName.get(name) ?? []), each.slice(at + 1)]);
  }
  return Object.fromEntries([...byName].map(([name, found]) => [name, found.join(', ')]));
}

function inputLeaves(inputs: readonly InputPart[]): Named {
  return Object.fromEntries(
    inputs.flatMap((input) =>
      input.sources.length === 0
        ? [[input.name, null] as [string, Json]]
        : input.sources.map((source, index) => sourceLeaf(input, source, index)),
    ),
  );
}

const sourceLeaf = (input: InputPart, source: SourcePart, index: number): [string, Json] => [
  input.swept ? `${input.name}[${index}]` : input.name,
  { digest: source.digest, overrides: source.overrides },
];

/** Every leaf under its dotted path; lists are leaves. */
function leaves(value: Json, path = ''): Named {
  if (value === null || typeof value !== 'object' || isList(value)) return { [path]: value };
  const members = Object.entries(value);
  if (members.length === 0) return { [path]: value };
  return Object.assign(
    {},
    ...members.map(([name, each]) => leaves(each, path === '' ? name : `${path}.${name}`)),
  ) as Named;
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
