/** Whether a command can be put together from the parameters and inputs of its stage. */
import { parseCommand, type CommandPiece, type MisplacedBraces } from './command-line.ts';
import type { Diagnostic } from './diagnostic.ts';
import { describeValue, isNull, partAt, textOf, type Located, type LocatedMapping } from './located.ts';
import { nearestName } from './nearest.ts';
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
  const place = (start: number, end: number): Origin => placeInLine(stage.actionOrigin, line, start, end);
  const known = [
    ...pathsOf(params).map((path) => `with.${path}`),
    ...[...stage.inputs.keys()].map((name) => `inputs.${name}`),
    'output',
    'checkpoint',
    'cpus',
  ];
  return [
    ...misplaced.map((braces) => misplacedBraces(braces, place(braces.start, braces.end), known)),
    ...pieces.flatMap((piece) =>
      piece.kind === 'text'
        ? []
        : checkPlaceholder(piece, place(piece.start, piece.end), { stage, params, known }),
    ),
    ...variables
      .filter(({ name }) => isMeantAsParameter(name, stage, project))
      .map(({ name, start, end }) => parameterAsVariable(name, place(start, end))),
  ];
}

function misplacedBraces(
  { text, place }: MisplacedBraces,
  origin: Origin,
  known: readonly string[],
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

const unknownPlaceholder = (text: string, origin: Origin, known: readonly string[]): Diagnostic => ({
  code: 'COMMAND_PLACEHOLDER',
  message: `there is no {{ ${text} }} in this stage`,
  origin,
  expected: `one of ${known.join(', ')}`,
  nearest: nearestName(text, known) ?? known.find((name) => name.endsWith(`.${text.replace(/^.*\./, '')}`)),
});

interface StageFacts {
  readonly stage: StageDeclaration;
  readonly params: LocatedMapping;
  readonly known: readonly string[];
}

function checkPlaceholder(
  { name }: Extract<CommandPiece, { kind: 'placeholder' }>,
  origin: Origin,
  { stage, params, known }: StageFacts,
): readonly Diagnostic[] {
  if (name.of !== 'with' && name.of !== 'inputs') return [];
  const text = `${name.of}.${name.path}`;
  if (name.of === 'inputs')
    return stage.inputs.has(name.path) ? [] : [unknownPlaceholder(text, origin, known)];
  const value = partAt(params, name.path.split('.'));
  if (value === undefined) return [unknownPlaceholder(text, origin, known)];
  const words = value.kind === 'sequence' ? value.items : [value];
  return words.flatMap((word) => faultOfWord(word, text, origin)).slice(0, 1);
}

function faultOfWord(word: Located, name: string, origin: Origin): readonly Diagnostic[] {
  if (isNull(word))
    return [{ code: 'PARAM_MISSING', message: `${name} has no value and the command needs one`, origin }];
  const text = textOf(word) ?? '';
  if (word.kind !== 'scalar' || text.includes('\0'))
    return [
      {
        code: 'REFERENCE_KIND',
        message: `${name} cannot be a word of a command: it is ${describeValue(word)}`,
        origin,
        expected: 'text, a number, true or false, or a list of those',
        remedy: 'read it from the JSON file $PIPE_PARAMS',
      },
    ];
  if (Buffer.byteLength(text) <= longestWord) return [];
  const message = `${name} has ${text.length} characters, too many for a word of a command`;
  return [
    { code: 'REFERENCE_TOO_LARGE', message, origin, remedy: 'read it from the JSON file $PIPE_PARAMS' },
  ];
}

/** `${...}` is a parameter everywhere else in the file; here the shell would put nothing in its place. */
function isMeantAsParameter(
  name: string,
  { action, environment }: StageDeclaration,
  project: LocatedMapping,
): boolean {
  if (name.includes('.')) return true;
  const line = action.kind === 'command' ? action.command : '';
  const isSet = new RegExp(`(^|[\\s;&|(])${name}=|\\b(for|read|export|getopts)\\b[^\\n;]*\\b${name}\\b`).test(
    line,
  );
  return project.entries.has(name) && !environment.includes(name) && !isSet;
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

/** The piece itself where it can be found in the file, else the whole line. */
function placeInLine(origin: Origin, line: string, start: number, end: number): Origin {
  const piece = line.slice(start, end);
  const nth = line.slice(0, start).split(piece).length;
  let at = origin.start - 1;
  for (let count = 0; count < nth; count++) at = origin.source.text.indexOf(piece, at + 1);
  return at < origin.start || at + piece.length > origin.end
    ? origin
    : { ...origin, start: at, end: at + piece.length };
}
