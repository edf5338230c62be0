/**
 * JSON as programs write it. Python writes `NaN` and `Infinity` of itself, Windows a byte order mark: both are read.
 * A name twice in one object is refused, where `JSON.parse` would take the last one without a word.
 */

/** Each number that JSON cannot say is null. Throws an `Error` that says what is wrong. */
export function parseMetricsJson(bytes: Uint8Array): unknown {
  const text = decode(bytes).replaceAll(tokens, (token) => (notFinite.has(token) ? 'null' : token));
  const value: unknown = JSON.parse(text);
  const name = nameTwice(text);
  if (name !== undefined) throw new Error(`the name ${JSON.stringify(name)} is there twice`);
  return value;
}

/** Strings whole, so that nothing inside them is taken for anything else. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b|[{}[\]:]/gs;
const notFinite: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

/** UTF-8, or what a byte order mark says. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** In one object of a text that is valid JSON; undefined where there is none. */
function nameTwice(text: string): string | undefined {
  /** Names of the objects that are open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(last) as string;
      if (open.at(-1)?.has(name) === true) return name;
      open.at(-1)?.add(name);
    } else last = token;
  }
  return undefined;
}
