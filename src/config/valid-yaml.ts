/**
 * Reads YAML from js-yaml's events: the same values at the same places as `yaml.ts` reads, ten times as fast.
 * Mistakes, and what is seldom written (anchors, tags, block texts, keys without a value), are left to that, which has better
 * words for them; in a text so large that it would take it too long they are told from here.
 */
import {
  boolCoreTag,
  COLLECTION_STYLE,
  EVENT_ID,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type AliasEvent,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';

import { gather, isFull, type Checked, type Diagnostic } from './diagnostic.ts';
import type { Located, LocatedEntry } from './located.ts';
import { sizeOf } from './size.ts';
import type { Origin, Source } from './source.ts';
import {
  aliasesTooMany,
  aliasUnknown,
  duplicateKey,
  documentsTooMany,
  keyNoName,
  mostAliasedValues,
  numberTooLarge,
  tooDeep,
  zeroByte,
} from './yaml-mistakes.ts';

/** The one document of a text, which begins at `offset` of the source; undefined for what is left to `yaml.ts`. */
export function readValidYaml(
  source: Source,
  text: string = source.text,
  offset: number = 0,
): Located | undefined {
  if (unusual.test(text)) return undefined;
  try {
    return new Reader(source, text, offset, undefined).document(parseEvents(text, {}));
  } catch (error) {
    if (error instanceof Unusual || error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** The one document of a text, and all that is wrong with it. */
export function readLargeYaml(source: Source): Checked<Located> {
  const diagnostics: Diagnostic[] = [];
  try {
    const value = new Reader(source, source.text, 0, diagnostics).document(parseEvents(source.text, {}));
    return diagnostics.length === 0 ? { ok: true, value } : { ok: false, diagnostics };
  } catch (error) {
    if (error instanceof Enough) return { ok: false, diagnostics };
    if (!(error instanceof YAMLException)) throw error;
    const start = Math.min(error.mark?.position ?? 0, source.text.length);
    const origin = { source, start, end: start + 1 };
    const fault = /maxDepth/.test(error.reason)
      ? tooDeep(origin)
      : { code: 'YAML_SYNTAX', message: error.reason, origin };
    return { ok: false, diagnostics: [fault] };
  }
}

/** What is left to `yaml.ts`. */
class Unusual extends Error {}

/** So much is wrong that the rest need not be read. */
class Enough extends Error {}

/** Control characters, other line breaks and spaces, marks of documents and directives. */
const unusual = /[^\n\x20-\x7e\u00a1-\u1fff\u2030-\ufefe\uff00-\ufffd]|^(?:---|\.\.\.|%)/m;

type Values = ScalarEvent | SequenceEvent | MappingEvent;

class Reader {
  readonly #source: Source;
  readonly #text: string;
  readonly #offset: number;
  /** Undefined where whatever is unusual is left to `yaml.ts`. */
  readonly #diagnostics: Diagnostic[] | undefined;
  readonly #anchors = new Map<string, Located>();
  #events: readonly Event[] = [];
  #next = 0;
  #aliased = 0;

  constructor(source: Source, text: string, offset: number, diagnostics: Diagnostic[] | undefined) {
    this.#source = source;
    this.#text = text;
    this.#offset = offset;
    this.#diagnostics = diagnostics;
  }

  document(events: readonly Event[]): Located {
    this.#events = events;
    const start = this.#take();
    const nothing: Located = { kind: 'scalar', value: null, origin: this.#origin(0, 1) };
    if (start === undefined) return this.#leave(() => nothing);
    if (start.type !== EVENT_ID.DOCUMENT || start.directives.length > 0) this.#leave(() => undefined);
    const value = this.#closes() ? this.#leave(() => nothing) : this.#value();
    this.#closes();
    if (this.#take() !== undefined)
      this.#refuse(documentsTooMany(this.#origin(this.#text.lastIndexOf('\n---') + 1)));
    return value;
  }

  #value(): Located {
    const event = this.#take();
    if (event?.type === EVENT_ID.ALIAS) return this.#leave(() => this.#alias(event));
    if (event === undefined || !isValue(event)) throw new Unusual();
    if (!isPlain(event)) this.#leave(() => undefined);
    const value = this.#plainValue(event);
    if (event.tagStart !== -1)
      this.#refuse({
        code: 'YAML_TAG',
        message: 'tags are not read in a text this large',
        origin: value.origin,
      });
    if (event.anchorStart !== -1)
      this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), value);
    return value;
  }

  #plainValue(event: Values): Located {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        return this.#sequence(event);
      case EVENT_ID.MAPPING:
        return this.#mapping(event);
    }
  }

  #sequence(event: SequenceEvent): Located {
    const items: Located[] = [];
    while (!this.#closes()) items.push(this.#value());
    return { kind: 'sequence', items, origin: this.#originOfCollection(event, items.at(-1)) };
  }

  #mapping(event: MappingEvent): Located {
    const entries = new Map<string, LocatedEntry>();
    let last: Located | undefined;
    while (!this.#closes()) {
      const key = this.#value();
      const name = this.#nameOf(key);
      last = this.#value();
      if (name === undefined) continue;
      if (entries.has(name)) this.#refuse(duplicateKey(name, key.origin, entries.get(name)?.key));
      entries.set(name, { key: key.origin, value: last });
    }
    return { kind: 'mapping', entries, origin: this.#originOfCollection(event, last) };
  }

  #nameOf(key: Located): string | undefined {
    if (key.kind === 'scalar' && typeof key.value === 'string') return key.value;
    return this.#leave(() => {
      if (key.kind === 'scalar') return String(key.value);
      this.#refuse(keyNoName(key.origin));
      return undefined;
    });
  }

  /** The very value that the anchor stands before: values are shared freely. */
  #alias({ anchorStart, anchorEnd }: AliasEvent): Located {
    const origin = this.#origin(anchorStart - 1, anchorEnd);
    const name = this.#text.slice(anchorStart, anchorEnd);
    const value = this.#anchors.get(name);
    if (value === undefined) return this.#refuse(aliasUnknown(name, origin));
    const before = this.#aliased;
    this.#aliased += sizeOf(value);
    if (this.#aliased <= mostAliasedValues) return value;
    const nothing: Located = { kind: 'scalar', value: null, origin };
    return before <= mostAliasedValues ? this.#refuse(aliasesTooMany(origin)) : nothing;
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  /** Whether the collection ends here; then its end is taken. */
  #closes(): boolean {
    const ends = this.#events[this.#next]?.type === EVENT_ID.POP;
    if (ends) this.#next += 1;
    return ends;
  }

  #scalar(event: ScalarEvent): Located {
    const origin = this.#originOfScalar(event);
    if (event.valueStart === -1) return { kind: 'scalar', value: null, origin };
    const text = getScalarValue(this.#text, event);
    if (text.includes('\0')) return this.#refuse(zeroByte('a text', origin));
    const value = event.style === SCALAR_STYLE.PLAIN ? resolved(text) : text;
    return value === undefined
      ? this.#refuse(numberTooLarge(text, origin))
      : { kind: 'scalar', value, origin };
  }

  /** With its quotes. */
  #originOfScalar({ valueStart, valueEnd, style }: ScalarEvent): Origin {
    if (valueStart === -1) return this.#origin(this.#text.length);
    const quote = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    return this.#origin(valueStart - quote, valueEnd + quote);
  }

  #originOfCollection({ start, style }: SequenceEvent | MappingEvent, last: Located | undefined): Origin {
    const inside = last === undefined ? start + 1 : last.origin.end - this.#offset;
    if (style === COLLECTION_STYLE.BLOCK) return this.#origin(start, inside);
    closing.lastIndex = inside;
    if (!closing.test(this.#text)) return this.#leave(() => this.#origin(start, inside));
    return this.#origin(start, closing.lastIndex);
  }

  #origin(start: number, end: number = start + 1): Origin {
    const from = Math.max(0, start) + this.#offset;
    return { source: this.#source, start: from, end: Math.max(from + 1, end + this.#offset) };
  }

  /** Leaves to `yaml.ts` what it can do, and does here what it would take too long for. */
  #leave<Value>(here: () => Value): Value {
    if (this.#diagnostics === undefined) throw new Unusual();
    return here();
  }

  #refuse(diagnostic: Diagnostic): Located {
    return this.#leave(() => {
      const known = this.#diagnostics ?? [];
      gather(known, [diagnostic]);
      if (isFull(known)) throw new Enough();
      return { kind: 'scalar', value: null, origin: diagnostic.origin ?? this.#origin(0) };
    });
  }
}

/** What may stand between the last value and the bracket that closes a collection. */
const closing = /(?:[ \n,]|#[^\n]*)*[\]}]/y;

const isValue = (event: Event): event is Values =>
  event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING;

/** Neither named nor tagged, and a scalar on lines of its own by neither `|` nor `>`. */
function isPlain(event: Values): boolean {
  if (event.anchorStart !== -1 || event.tagStart !== -1) return false;
  if (event.type !== EVENT_ID.SCALAR) return true;
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  return event.valueStart !== -1 && !isBlock;
}

/** What a text without quotes stands for, by the core schema of YAML 1.2; undefined for a number that JSON cannot hold, or a double not exactly. */
function resolved(text: string): null | boolean | number | string | undefined {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    if (tag.implicitFirstChars !== null && !tag.implicitFirstChars.includes(text.charAt(0))) continue;
    const value = tag.resolve(text, false, tag.tagName);
    if (value === NOT_RESOLVED) continue;
    if (typeof value !== 'number') return value;
    if (!Number.isFinite(value) || (tag === intCoreTag && !Number.isSafeInteger(value))) return undefined;
    return value + 0;
  }
  // What is too large for a double is a text for js-yaml.
  return /\d/.test(text) && Math.abs(Number(text)) === Infinity ? undefined : text;
}
