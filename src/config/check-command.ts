/** Whether a command can be put together from the parameters and inputs of its stage. */
import { parseCommand, type CommandPiece, type MisplacedBraces } from './command-line.ts';
import { mostTold, type Diagnostic } from './diagnostic.ts';
import { describeValue, isNull, partAt, textOf, type Located, type LocatedMapping } from './located.ts';
import { nearestName, oneOf } from './nearest.ts';
import { pathsOf } from './parameter-path.ts';
import type { Origin } from './source.ts';
import type { StageDeclaration } from './stage-declaration.ts';

/** In bytes, about: a system may take no longer word than 128 KB. */
const longestWord = 100_000;

/**
 * `params` are those of the stage, `project` those of the whole.
 * Errors: `COMMAND_PLACEHOLDER` (unknown name), `COMMAND_QUOTED` (inside quotes), `COMMAND_REFERENCE` (`${a.b}` in a
 * command), `PARAM_MISSING` (null), `REFERENCE_KIND` (a group), `REFERENCE_TOO_LARGE`.
 */
export function checkCommand(
  stage: StageDeclaration,
  params: LocatedMapping,
  project: LocatedMapping,
): readonly Diagnostic[] {
  if (stage.action.kind === 'module') return [];
  const line = stage.action.command;
  const { pieces, misplaced, variables } = parseCommand(line);
  const placeOf = ({ start, end }: { readonly start: number; readonly end: number }): Origin =>
    placeInLine(stage.actionOrigin, line, start, end);
  const facts: StageFacts = { stage, params, known: knownPlaceholders(stage, params), checked: new Set() };
  const set = variables.length === 0 ? new Set<string>() : variablesSetIn(line);
  const faults: Diagnostic[] = [];
  for (const braces of misplaced.slice(0, mostTold))
    faults.push(misplacedBraces(braces, placeOf(braces), facts.known));
  for (const piece of pieces) {
    if (faults.length >= mostTold) break;
    if (piece.kind === 'placeholder') faults.push(...checkPlaceholder(piece, () => placeOf(piece), facts));
  }
  for (const variable of variables) {
    if (faults.length >= mostTold) break;
    if (isMeantAsParameter(variable.name, set, stage, project))
      faults.push(parameterAsVariable(variable.name, placeOf(variable)));
  }
  return faults;
}

/** Asked for when one is not among them. */
const knownPlaceholders =
  (stage: StageDeclaration, params: LocatedMapping): (() => readonly string[]) =>
  () => [
    ...pathsOf(params).map((path) => `with.${path}`),
    ...[...stage.inputs.keys()].map((name) => `inputs.${name}`),
    'output',
    'checkpoint',
    'cpus',
  ];

function misplacedBraces(
  { text, place }: MisplacedBraces,
  origin: Origin,
  known: () => readonly string[],
): Diagnostic {
  if (place === 'word') return unknownPlaceholder(text, origin, known);
  if (place === 'arithmetic' || place === 'a here-document')
    return {
      code: 'COMMAND_QUOTED',
      message: `{{ ${text} }} cannot stand in ${place}`,
      origin,
      remedy: `give it to a variable before and use that: value={{ ${text} }}`,
    };
  return {
    code: 'COMMAND_QUOTED',
    message: `{{ ${text} }} stands in ${place}, and is quoted by itself already`,
    origin,
    remedy: 'end the quotes before it: "a "{{ ... }}" b"',
  };
}

const unknownPlaceholder = (text: string, origin: Origin, known: () => readonly string[]): Diagnostic => ({
  code: 'COMMAND_PLACEHOLDER',
  message: `there is no {{ ${text} }} in this stage`,
  origin,
  get expected() {
    return oneOf(known());
  },
  get nearest() {
    const names = known();
    return nearestName(text, names) ?? names.find((name) => name.endsWith(`.${text.replace(/^.*\./, '')}`));
  },
});

interface StageFacts {
  readonly stage: StageDeclaration;
  readonly params: LocatedMapping;
  readonly known: () => readonly string[];
  /** Names that were found good. */
  readonly checked: Set<string>;
}

function checkPlaceholder(
  { name }: Extract<CommandPiece, { kind: 'placeholder' }>,
  origin: () => Origin,
  { stage, params, known, checked }: StageFacts,
): readonly Diagnostic[] {
  if (name.of !== 'with' && name.of !== 'inputs') return [];
  const text = `${name.of}.${name.path}`;
  if (checked.has(text)) return [];
  if (name.of === 'inputs') {
    if (!stage.inputs.has(name.path)) return [unknownPlaceholder(text, origin(), known)];
  } else {
    const value = partAt(params, name.path.split('.'));
    if (value === undefined) return [unknownPlaceholder(text, origin(), known)];
    const words = value.kind === 'sequence' ? value.items : [value];
    for (const word of words) {
      const faults = faultOfWord(word, text, origin);
      if (faults.length > 0) return faults;
    }
  }
  checked.add(text);
  return [];
}

function faultOfWord(word: Located, name: string, origin: () => Origin): readonly Diagnostic[] {
  if (isNull(word))
    return [
      { code: 'PARAM_MISSING', message: `${name} has no value and the command needs one`, origin: origin() },
    ];
  const text = textOf(word) ?? '';
  if (word.kind !== 'scalar' || text.includes('\0'))
    return [
      {
        code: 'REFERENCE_KIND',
        message: `${name} cannot be a word of a command: it is ${describeValue(word)}`,
        origin: origin(),
        expected: 'text, a number, true or false, or a list of those',
        remedy: 'read it from the JSON file $PIPE_PARAMS',
      },
    ];
  if (Buffer.byteLength(text) <= longestWord) return [];
  const message = `${name} has ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB, too much for a word of a command`;
  return [
    {
      code: 'REFERENCE_TOO_LARGE',
      message,
      origin: origin(),
      remedy: 'read it from the JSON file $PIPE_PARAMS',
    },
  ];
}

/** `${...}` is a parameter everywhere else in the file; here the shell would put nothing in its place. */
function isMeantAsParameter(
  name: string,
  set: ReadonlySet<string>,
  { environment }: StageDeclaration,
  project: LocatedMapping,
): boolean {
  return name.includes('.') || (project.entries.has(name) && !environment.includes(name) && !set.has(name));
}

/** The variables that a line gives values to: `name=`, `for name`, `read name`. */
function variablesSetIn(line: string): ReadonlySet<string> {
  const assigned = [...line.matchAll(/(?:^|[\s;&|(])([A-Za-z_]\w*)=/g)].map(([, name = '']) => name);
  const words = [...line.matchAll(/\b(?:for|read|export|getopts)\b([^\n;]*)/g)].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  );
  return new Set([...assigned, ...words]);
}

function parameterAsVariable(path: string, origin: Origin): Diagnostic {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return {
    code: 'COMMAND_REFERENCE',
    message: `\${${path}} in a command is a variable of the shell, and nothing sets it`,
    origin,
    remedy: `write {{ with.${last} }}, and give the stage the parameter: with: { ${last}: "\${${path}}" }`,
  };
}

const longestSearched = 100_000;

/** The piece itself where it can be found in the file, else the whole line. */
function placeInLine(origin: Origin, line: string, start: number, end: number): Origin {
  if (line.length > longestSearched) return origin;
  const piece = line.slice(start, end);
  const nth = line.slice(0, start).split(piece).length;
  let at = origin.start - 1;
  for (let count = 0; count < nth; count++) at = origin.source.text.indexOf(piece, at + 1);
  return at < origin.start || at + piece.length > origin.end
    ? origin
    : { ...origin, start: at, end: at + piece.length };
}
