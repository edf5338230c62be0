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

/** `pipeline.yaml:12:5` for a file (both counted from 1), the option itself for an option. */
export function describeOrigin(origin: Origin): string {
  if (origin.source.kind === 'option') return origin.source.name;
  const { line, column } = lineAt(origin);
  return `${origin.source.name}:${line}:${column}`;
}

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

export function lineAt({ source, start }: Origin): { line: number; column: number; text: string } {
  const before = source.text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = source.text.indexOf('\n', start);
  const text = source.text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).replace(/\r$/, '');
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: start - lineStart + 1, text };
}
