/**
 * Reads YAML that is written plainly: block mappings and lists, flow collections and quoted texts on one line, comments. Such
 * text the library needs ten times as long for. Anything else (and anything wrong) is left to it, with its messages.
 */
import type { Located, LocatedEntry, LocatedMapping } from './located.ts';
import type { Origin, Source } from './source.ts';

/** The mapping that the text is, as the library would read it; undefined where something in it is not plain. */
export function readPlainYaml(source: Source): LocatedMapping | undefined {
  if (unusual.test(source.text)) return undefined;
  try {
    return new PlainReader(source).document();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

/** Control characters, other line breaks and spaces, marks of documents and directives. */
const unusual = /[^\n\x20-\x7e\u00a1-\u1fff\u2030-\ufefe\uff00-\ufffd]|^(?:---|\.\.\.|%)/m;
const deepest = 50;
const longestKey = 500;

const keyOfBlock = /(?:[A-Za-z_][\w.-]*|\.\.\.)(?=:(?:[ \n]|$))/y;
const keyOfFlow = /(?:[A-Za-z_][\w.-]*|\.\.\.)(?=: )/y;
/** Without what could be the sign of something else; spaces behind it are no part of it. */
const scalarOfBlock = /(?:[\w$./(<=+~^;\\\u00a1-\ufffd]|-[^ \n])[^\n]*/y;
const scalarOfFlow = /(?:[\w$./(<=+~^;\\\u00a1-\ufffd]|-[\w.])[^\n,[\]{}:#'"]*/y;
const doubleQuoted = /"([^"\\\n]*)"/y;
const singleQuoted = /'((?:[^'\n]|'')*)'/y;
const spaces = / */y;
const comment = / +#[^\n]*/y;

class PlainReader {
  readonly #source: Source;
  readonly #text: string;
  #at = 0;
  /** Of what comes next where a line begins; -1 at the end of the text. */
  #column = 0;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  document(): LocatedMapping {
    this.#nextLine();
    if (this.#column < 0 || this.#isItem()) throw new NotPlain();
    const mapping = this.#blockMapping(this.#column);
    if (this.#column >= 0) throw new NotPlain();
    return mapping;
  }

  #blockMapping(column: number): LocatedMapping {
    const start = this.#at;
    const entries = new Map<string, LocatedEntry>();
    this.#enter();
    let end = start;
    while (this.#column === column && !this.#isItem()) {
      const key = this.#key(keyOfBlock, entries);
      const value = this.#blockValue(column);
      entries.set(key.name, { key: key.origin, value });
      end = value.origin.end;
    }
    this.#leave(column);
    return { kind: 'mapping', entries, origin: this.#origin(start, end) };
  }

  /** What stands behind a key, on its line or below it. */
  #blockValue(column: number): Located {
    this.#take(comment);
    this.#take(spaces);
    const isBelow = this.#text[this.#at] === '\n' || this.#at === this.#text.length;
    if (!isBelow) return this.#lineValue();
    this.#nextLine();
    if (this.#column >= column && this.#isItem()) return this.#blockSequence(this.#column);
    // A key without a value is left to the library.
    if (this.#column <= column) throw new NotPlain();
    return this.#blockMapping(this.#column);
  }

  #blockSequence(column: number): Located {
    const start = this.#at;
    const items: Located[] = [];
    this.#enter();
    while (this.#column === column && this.#isItem()) {
      this.#at += 1;
      const width = 1 + this.#take(spaces).length;
      keyOfBlock.lastIndex = this.#at;
      if (keyOfBlock.test(this.#text)) {
        this.#column = column + width;
        items.push(this.#blockMapping(this.#column));
      } else items.push(this.#lineValue());
    }
    this.#leave(column);
    return { kind: 'sequence', items, origin: this.#origin(start, items.at(-1)?.origin.end ?? start) };
  }

  /** A value that ends on its line, which nothing but a comment may follow. */
  #lineValue(): Located {
    const value = this.#inlineValue(scalarOfBlock);
    this.#take(comment);
    this.#take(spaces);
    if (this.#at < this.#text.length && this.#text[this.#at] !== '\n') throw new NotPlain();
    this.#nextLine();
    return value;
  }

  #inlineValue(scalar: RegExp): Located {
    switch (this.#text[this.#at]) {
      case '[':
        return this.#flowSequence();
      case '{':
        return this.#flowMapping();
      case '"':
        return this.#quoted(doubleQuoted, (text) => text);
      case "'":
        return this.#quoted(singleQuoted, (text) => text.replaceAll("''", "'"));
      default:
        return this.#scalar(scalar);
    }
  }

  #flowMapping(): Located {
    const start = this.#at;
    const entries = new Map<string, LocatedEntry>();
    this.#enter();
    this.#list('}', () => {
      const key = this.#key(keyOfFlow, entries);
      this.#take(spaces);
      entries.set(key.name, { key: key.origin, value: this.#inlineValue(scalarOfFlow) });
    });
    return { kind: 'mapping', entries, origin: this.#origin(start, this.#at) };
  }

  #flowSequence(): Located {
    const start = this.#at;
    const items: Located[] = [];
    this.#enter();
    this.#list(']', () => items.push(this.#inlineValue(scalarOfFlow)));
    return { kind: 'sequence', items, origin: this.#origin(start, this.#at) };
  }

  /** From the opening bracket to behind the closing one. */
  #list(close: string, item: () => void): void {
    this.#at += 1;
    this.#take(spaces);
    for (let isFirst = true; this.#text[this.#at] !== close; isFirst = false) {
      if (!isFirst) {
        if (this.#text[this.#at] !== ',') throw new NotPlain();
        this.#at += 1;
        this.#take(spaces);
      }
      item();
      this.#take(spaces);
    }
    this.#at += 1;
    this.#depth -= 1;
  }

  #key(
    pattern: RegExp,
    known: ReadonlyMap<string, LocatedEntry>,
  ): { readonly name: string; readonly origin: Origin } {
    const start = this.#at;
    const name = this.#take(pattern);
    if (name === '' || name.length > longestKey || known.has(name) || typeof valueOf(name) !== 'string')
      throw new NotPlain();
    const origin = this.#origin(start, this.#at);
    this.#at += 1;
    return { name, origin };
  }

  #quoted(pattern: RegExp, unescape: (text: string) => string): Located {
    const start = this.#at;
    const text = this.#take(pattern);
    if (text === '') throw new NotPlain();
    return { kind: 'scalar', value: unescape(text.slice(1, -1)), origin: this.#origin(start, this.#at) };
  }

  #scalar(pattern: RegExp): Located {
    const start = this.#at;
    const [text = ''] = this.#take(pattern).split(' #', 1);
    const trimmed = text.replace(/ +$/, '');
    if (trimmed === '' || trimmed.includes(': ') || trimmed.endsWith(':')) throw new NotPlain();
    this.#at = start + trimmed.length;
    return { kind: 'scalar', value: valueOf(trimmed), origin: this.#origin(start, this.#at) };
  }

  /** From the end of a line to the next one that says something. */
  #nextLine(): void {
    const text = this.#text;
    for (let start = this.#at === 0 ? 0 : this.#at + 1; ;) {
      let at = start;
      while (text.charCodeAt(at) === 32) at++;
      const end = text[at] === '#' ? text.indexOf('\n', at) : at;
      if (end === -1 || end >= text.length) break;
      if (text[end] !== '\n') {
        this.#at = at;
        this.#column = at - start;
        return;
      }
      start = end + 1;
    }
    this.#at = text.length;
    this.#column = -1;
  }

  /** Whether an item of a list begins here. */
  #isItem(): boolean {
    const next = this.#text[this.#at + 1];
    return this.#text[this.#at] === '-' && (next === ' ' || next === '\n' || next === undefined);
  }

  #enter(): void {
    if (++this.#depth > deepest) throw new NotPlain();
  }

  /** A line further to the right would go on with what stands above it. */
  #leave(column: number): void {
    if (this.#column > column) throw new NotPlain();
    this.#depth -= 1;
  }

  /** What the pattern finds here; empty for nothing. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #origin(start: number, end: number): Origin {
    return { source: this.#source, start, end: Math.max(start + 1, end) };
  }
}

/** By the core schema of YAML 1.2. */
function valueOf(text: string): null | boolean | number | string {
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (!/^[-+.\d]/.test(text)) return text;
  if (/^[-+]?\d{1,15}$/.test(text)) return Number(text) + 0;
  if (/^[-+]?(?:\.\d+|\d+\.\d*|(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+)$/.test(text)) return finite(Number(text));
  if (/^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text))
    throw new NotPlain();
  return text;
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new NotPlain();
  return number;
}
