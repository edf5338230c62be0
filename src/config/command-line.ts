/**
 * The placeholders of a `run:`: `{{ with.steps }}`, `{{ inputs.photos }}`, `{{ output }}`, `{{ checkpoint }}`, `{{ cpus }}`.
 *
 * A placeholder stands where the shell expects a word, or a part of one, and is quoted by itself. `${...}` is the shell's
 * own and stays so. Where a placeholder stands is found by reading the line as `sh` does, as far as quotes go.
 */

export type CommandPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** `start` and `end` are offsets of the whole `{{ ... }}` in the line. */
  | {
      readonly kind: 'placeholder';
      readonly name: PlaceholderName;
      readonly start: number;
      readonly end: number;
    };

/** Something in double braces that cannot be a placeholder where it stands. */
export interface MisplacedBraces extends Braces {
  readonly place: Exclude<Place, 'comment'>;
}

/** `${name}` where the shell puts a variable's value in. */
export interface ShellVariable {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export type PlaceholderName =
  | { readonly of: 'with' | 'inputs'; readonly path: string }
  | { readonly of: 'output' | 'checkpoint' | 'cpus' };

/** Braces in quotes and comments that are no placeholder of ours are text: `docker ps --format '{{.Names}}'`. */
export function parseCommand(line: string): {
  readonly pieces: readonly CommandPiece[];
  readonly misplaced: readonly MisplacedBraces[];
  readonly variables: readonly ShellVariable[];
} {
  if (!line.includes('{{') && !line.includes('${'))
    return { pieces: line === '' ? [] : [{ kind: 'text', text: line }], misplaced: [], variables: [] };
  const pieces: CommandPiece[] = [];
  const misplaced: MisplacedBraces[] = [];
  const variables: ShellVariable[] = [];
  let at = 0;
  for (const { kind, text, place, start, end } of bracesIn(line)) {
    if (kind === 'variable') {
      if (place === 'word' || place === 'double quotes') variables.push({ name: text, start, end });
      continue;
    }
    const name = placeholderName(text);
    if (place === 'comment' || (place !== 'word' && name === undefined)) continue;
    if (place !== 'word' || name === undefined) {
      misplaced.push({ kind, text, place, start, end });
      continue;
    }
    if (start > at) pieces.push({ kind: 'text', text: line.slice(at, start) });
    pieces.push({ kind: 'placeholder', name, start, end });
    at = end;
  }
  if (at < line.length) pieces.push({ kind: 'text', text: line.slice(at) });
  return { pieces, misplaced, variables };
}

function placeholderName(text: string): PlaceholderName | undefined {
  if (text === 'output' || text === 'checkpoint' || text === 'cpus') return { of: text };
  const [, of, path] = /^(with|inputs)\.(.+)$/.exec(text) ?? [];
  return of === undefined || path === undefined ? undefined : { of: of as 'with' | 'inputs', path };
}

type Place = 'word' | 'comment' | 'single quotes' | 'double quotes' | 'a here-document' | 'arithmetic';

interface Braces {
  readonly kind: 'braces' | 'variable';
  /** What stands in the braces. */
  readonly text: string;
  readonly place: Place;
  readonly start: number;
  readonly end: number;
}

/** What is open at a place of the line; `(` and `` ` `` stand for words inside a substitution. */
type Open = Exclude<Place, 'word'> | '(' | '`';

function bracesIn(line: string): readonly Braces[] {
  const found: Braces[] = [];
  const open: Open[] = [];
  const delimiters: string[] = [];
  const braces = /\{\{\s*([^{}]*?)\s*\}\}|\$\{([\w.-]+)\}/y;
  for (let at = 0; at < line.length;) {
    const inside = open.at(-1);
    braces.lastIndex = at;
    const match = braces.exec(line);
    if (match !== null) {
      const place = inside === undefined || inside === '(' || inside === '`' ? 'word' : inside;
      const [, name, variable] = match;
      const kind = variable === undefined ? 'braces' : 'variable';
      found.push({ kind, text: name ?? variable ?? '', place, start: at, end: braces.lastIndex });
      at = braces.lastIndex;
      continue;
    }
    at += step(line, at, open, delimiters);
  }
  return found;
}

/** Reads one token of the line and notes what it opens or closes; returns its length. */
function step(line: string, at: number, open: Open[], delimiters: string[]): number {
  const inside = open.at(-1);
  const rest = (text: string): boolean => line.startsWith(text, at);
  const enter = (what: Open, length: number): number => {
    open.push(what);
    return length;
  };
  const leave = (length: number): number => {
    open.pop();
    return length;
  };
  switch (inside) {
    case 'single quotes':
      return rest("'") ? leave(1) : 1;
    case 'comment':
      return rest('\n') ? leave(0) : 1;
    case 'arithmetic':
      return rest('))') ? leave(2) : 1;
    case 'a here-document': {
      const end = line.indexOf('\n', at) + 1 || line.length + 1;
      const whole = line[at - 1] === '\n' && line.slice(at, end - 1).replace(/^\t+/, '') === delimiters[0];
      if (!whole) return lengthUpToBraces(line, at, end);
      delimiters.shift();
      return leave(end - 1 - at);
    }
    default:
      break;
  }
  if (rest('\\')) return 2;
  if (rest('$((')) return enter('arithmetic', 3);
  if (rest('$(')) return enter('(', 2);
  if (rest('`')) return inside === '`' ? leave(1) : enter('`', 1);
  if (rest('"')) return inside === 'double quotes' ? leave(1) : enter('double quotes', 1);
  if (inside === 'double quotes') return 1;
  if (rest("'")) return enter('single quotes', 1);
  if (rest('(')) return enter('(', 1);
  if (rest(')')) return inside === '(' ? leave(1) : 1;
  if (rest('#') && /^$|[\s;&|()]/.test(line[at - 1] ?? '')) return enter('comment', 1);
  if (rest('<<') && !rest('<<<')) {
    const [whole = '', , delimiter = ''] = /^<<-?[ \t]*(['"\\]?)([A-Za-z_]\w*)\1?/.exec(line.slice(at)) ?? [];
    if (delimiter !== '') delimiters.push(delimiter);
    return Math.max(2, whole.length);
  }
  if (rest('<<<')) return 3;
  if (rest('\n') && delimiters.length > 0) return enter('a here-document', 1);
  return 1;
}

/** In a here-document only whole lines count, but for braces, which are looked for everywhere. */
function lengthUpToBraces(line: string, at: number, end: number): number {
  const next = line.indexOf('{{', at + 1);
  return (next !== -1 && next < end ? next : end) - at;
}
