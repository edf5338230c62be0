/**
 * Reads YAML 1.2 (core schema) into located values. What JSON cannot hold is refused: `.nan`, integers past 2^53.
 * Refused too: texts above 10 MB, aliases that multiply, nesting without end.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Alias,
  type ParsedNode as Node,
  type YAMLError,
} from 'yaml';

import { gather, type Checked, type Diagnostic } from './diagnostic.ts';
import type { Located, LocatedEntry } from './located.ts';
import { largestFile, type Origin, type Source } from './source.ts';
import { readValidYaml } from './valid-yaml.ts';
import {
  aliasesTooMany,
  aliasUnknown,
  deepest,
  documentsTooMany,
  duplicateKey,
  keyNoName,
  mostAliasedValues,
  numberTooLarge,
  tooDeep,
  zeroByte,
} from './yaml-mistakes.ts';

/** The one document of a file, or null for an empty one. Of syntax errors the first is reported: the others mostly follow from it. */
export function parseYaml(source: Source): Checked<Located> {
  return parse(source, source.text, 0);
}

/** A value that begins at `offset` of an option's text. */
export function parseYamlPart(source: Source, text: string, offset: number): Checked<Located> {
  const plain = readValidYaml(source, text, offset);
  return plain === undefined ? parse(source, text, offset) : { ok: true, value: plain };
}

function parse(source: Source, text: string, offset: number): Checked<Located> {
  const whole: Origin = { source, start: offset, end: offset + Math.max(1, text.length) };
  const refuse = (code: string, message: string): Checked<Located> => ({
    ok: false,
    diagnostics: [{ code, message, origin: { source, start: offset, end: offset + 1 } }],
  });
  const refuseDepth = (): Checked<Located> => ({
    ok: false,
    diagnostics: [tooDeep({ ...whole, end: offset + 1 })],
  });
  if (text.length > largestFile) {
    return refuse('YAML_TOO_LARGE', `the text has ${text.length} characters, more than ${largestFile}`);
  }
  const zero = text.indexOf('\0');
  if (zero !== -1) {
    const origin = { source, start: offset + zero, end: offset + zero + 1 };
    return { ok: false, diagnostics: [zeroByte('the file', origin)] };
  }
  try {
    const document = parseDocument(text, { intAsBigInt: true, prettyErrors: false, uniqueKeys: false });
    const errors = [...document.errors, ...document.warnings];
    if (errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return refuseDepth();
    const first = errors.toSorted((one, other) => one.pos[0] - other.pos[0])[0];
    if (first !== undefined) return { ok: false, diagnostics: [syntaxError(first, text, source, offset)] };
    const reader = new Reader(source, offset);
    const value = reader.read(document.contents, whole, 0);
    const { diagnostics } = reader;
    return diagnostics.length === 0 ? { ok: true, value } : { ok: false, diagnostics };
  } catch (error) {
    // The parser descends once for each open bracket, and thousands of them end its stack.
    if (error instanceof RangeError) return refuseDepth();
    throw error;
  }
}

function syntaxError(
  { code, message, pos }: YAMLError,
  text: string,
  source: Source,
  offset: number,
): Diagnostic {
  const [start, end] = pos;
  if (code === 'MULTIPLE_DOCS')
    return documentsTooMany({ source, start: start + offset, end: Math.max(start + 1, end) + offset });
  return {
    code: `YAML_${code}`,
    message: message.replace(/\s+/g, ' '),
    origin: { source, start: start + offset, end: Math.max(start + 1, end) + offset },
    ...remedyFor(code, text, start),
  };
}

/** Where the parser's own words do not say what to do. */
function remedyFor(code: string, text: string, at: number): { readonly remedy?: string } {
  const [, placeholder] = /^(\$\{[^}\n]*\})/.exec(text.slice(Math.max(0, at - 1))) ?? [];
  if (placeholder !== undefined)
    return { remedy: `inside { } and [ ] a placeholder needs quotes: '${placeholder}'` };
  const remedy = remedies[code];
  return remedy === undefined ? {} : { remedy };
}

/** By the code of the parser's errors. */
const remedies: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a text that begins with * or & needs quotes',
  BAD_DQ_ESCAPE: 'inside " " a backslash begins an escape: write two, or take single quotes',
  BAD_INDENT: 'begin the keys of one mapping, and the items of one list, in one column',
  BAD_SCALAR_START: 'a text that begins so needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a text with ": " in it needs quotes, or the next line after a |; keys of one mapping begin in one column',
  MISSING_CHAR: 'close the quote, the bracket or the brace that is open, and put ": " after each key',
  MULTILINE_IMPLICIT_KEY:
    'write each key on one line, with ": " after it; a text of several lines begins with a |',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'tags are not known here: a text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'a text with brackets, braces, commas or quotes in it needs quotes around all of it',
};

/** One without brackets ends where its last value does; for the library, only before the next thing. */
const originOfCollection = (node: Node, origin: Origin, last: Located | undefined): Origin =>
  'flow' in node && node.flow
    ? origin
    : { ...origin, end: Math.max(origin.start + 1, last?.origin.end ?? 0) };

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #offset: number;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliased = 0;
  #aliasDepth = 0;

  constructor(source: Source, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }

  read(node: Node | null, fallback: Origin, depth: number): Located {
    if (node === null)
      return { kind: 'scalar', value: null, origin: { ...fallback, end: fallback.start + 1 } };
    const origin = this.#originOf(node, fallback);
    const nothing: Located = { kind: 'scalar', value: null, origin };
    if (depth > deepest) return this.#refuse(tooDeep(origin), origin);
    if (this.#aliasDepth > 0 && ++this.#aliased > mostAliasedValues) {
      return this.#aliased === mostAliasedValues + 1 ? this.#refuse(aliasesTooMany(origin), origin) : nothing;
    }
    if (isAlias(node)) return this.#readAlias(node, origin, depth);
    if (this.#aliasDepth === 0 && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#readScalar(node.value, origin);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node | null, origin, depth + 1));
      return { kind: 'sequence', items, origin: originOfCollection(node, origin, items.at(-1)) };
    }
    if (!isMap(node)) return nothing;
    const entries = new Map<string, LocatedEntry>();
    for (const { key, value } of node.items) {
      const keyOrigin = this.#originOf(key, origin);
      if (!isScalar(key)) {
        this.#refuse(keyNoName(keyOrigin), keyOrigin);
        continue;
      }
      const name = String(key.value);
      if (name.includes('\0')) this.#refuse(zeroByte('a name', keyOrigin), keyOrigin);
      // The parser's own check compares every key with every other.
      if (entries.has(name)) this.#refuse(duplicateKey(name, keyOrigin, entries.get(name)?.key), keyOrigin);
      const after = { ...keyOrigin, start: keyOrigin.end };
      entries.set(name, {
        key: keyOrigin,
        value: this.read(value, after, depth + 1),
      });
    }
    const last = [...entries.values()].at(-1)?.value;
    return { kind: 'mapping', entries, origin: originOfCollection(node, origin, last) };
  }

  #readAlias(alias: Alias, origin: Origin, depth: number): Located {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) return this.#refuse(aliasUnknown(alias.source, origin), origin);
    if (this.#open.has(target))
      return this.#refuse(
        { code: 'YAML_ALIASES', message: `the alias *${alias.source} contains itself`, origin },
        origin,
      );
    this.#open.add(target);
    this.#aliasDepth += 1;
    const value = this.read(target, origin, depth + 1);
    this.#aliasDepth -= 1;
    this.#open.delete(target);
    return value;
  }

  #readScalar(value: unknown, origin: Origin): Located {
    if (typeof value === 'string' && value.includes('\0'))
      return this.#refuse(zeroByte('a text', origin), origin);
    if (typeof value === 'bigint') {
      if (!Number.isSafeInteger(Number(value)))
        return this.#refuse(numberTooLarge(String(value), origin), origin);
      return { kind: 'scalar', value: Number(value), origin };
    }
    if (typeof value === 'number' && !Number.isFinite(value))
      return this.#refuse(numberTooLarge(String(value), origin), origin);
    if (
      value === null ||
      typeof value === 'boolean' ||
      typeof value === 'number' ||
      typeof value === 'string'
    ) {
      return { kind: 'scalar', value, origin };
    }
    const message = 'is neither text, number, true, false nor null';
    return this.#refuse({ code: 'YAML_VALUE', message, origin }, origin);
  }

  #originOf(node: Node | null, fallback: Origin): Origin {
    const range = node?.range;
    if (range === undefined || range === null) return fallback;
    const start = range[0] + this.#offset;
    return { source: this.#source, start, end: Math.max(start + 1, range[1] + this.#offset) };
  }

  #refuse(diagnostic: Diagnostic, origin: Origin): Located {
    gather(this.diagnostics, [diagnostic]);
    return { kind: 'scalar', value: null, origin };
  }
}
