/** Where a value was written: a text (a file or an option of the command line) and a range in it. */

export interface Source {
  /** A file's path as people write it (`pipeline.yaml`), or the option: `-S gmm.components=4`, `--sweep { seeds: 3 }`. */
  readonly name: string;
  readonly kind: 'file' | 'option';
  /** The whole file, or the option's value. */
  readonly text: string;
}

/** In bytes of UTF-8, about: measured in UTF-16 units. */
export const largestFile = 10_000_000;

/** Offsets in UTF-16 units; `end` is exclusive. */
export interface Origin {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Where each line of a text begins. */
const lineStarts = new WeakMap<Source, readonly number[]>();

function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** `pipeline.yaml:12:5` for a file (both counted from 1), the option itself for an option. */
export function describeOrigin(origin: Origin): string {
  const { name, kind } = origin.source;
  if (kind === 'option') return name.length > longestOption ? `${name.slice(0, longestOption)}…` : name;
  const { line, column } = lineAt(origin);
  return `${origin.source.name}:${line}:${column}`;
}

const longestOption = 200;
const longestExcerpt = 110;

/** The line with carets below the range: two lines of text. */
export function excerptOf(origin: Origin): readonly string[] {
  const { line, column, text } = lineAt(origin);
  const option = origin.source.name.split(' ', 1)[0] ?? '';
  const label = origin.source.kind === 'option' ? option : `${line} |`;
  const margin = label.replace(/[^|]/g, ' ');
  const from = column > longestExcerpt ? column - 40 : 0;
  const shown = text.slice(from, from + longestExcerpt);
  const start = column - 1 - from;
  const length = Math.max(1, Math.min(origin.end - origin.start, shown.length - start));
  const indent = shown.slice(0, start).replace(/[^\t]/g, ' ');
  return [`${label} ${shown}`, `${margin} ${indent}${'^'.repeat(length)}`];
}

/** Both counted from 1; `text` is the line, without its end. */
export function lineAt({ source, start }: Origin): { line: number; column: number; text: string } {
  const starts = lineStartsOf(source);
  let [line, beyond] = [1, starts.length + 1];
  while (beyond - line > 1) {
    const middle = (line + beyond) >> 1;
    if ((starts[middle - 1] as number) <= start) line = middle;
    else beyond = middle;
  }
  const from = starts[line - 1] as number;
  const next = starts[line];
  const text = source.text.slice(from, next === undefined ? undefined : next - 1);
  return { line, column: start - from + 1, text: text.endsWith('\r') ? text.slice(0, -1) : text };
}
