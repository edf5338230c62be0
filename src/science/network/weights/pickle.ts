/**
 * The part of Python's pickle format in which PyTorch writes state dictionaries, read as data. Nothing is imported or
 * called: of classes and functions only the few that mean a tensor are understood, by name, and every other is an
 * error. (Opcodes: CPython's pickletools; protocols 2 to 4.)
 */
import { damaged, refused } from './tensor-file.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Named
  | Reference
  | Built;

/** A name of Python's that stands for itself: `torch.FloatStorage`. */
export class Named {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What the pickle leaves to its container: PyTorch's storages. */
export class Reference {
  readonly id: PickleValue;
  constructor(id: PickleValue) {
    this.id = id;
  }
}

/** A call that was not made: the name and its arguments. */
export class Built {
  readonly name: string;
  readonly parts: readonly PickleValue[];
  constructor(name: string, parts: readonly PickleValue[]) {
    this.name = name;
    this.parts = parts;
  }
}

const emptyMap = 'collections.OrderedDict';
/** What may be built, and stays a description of itself. */
const builders: ReadonlySet<string> = new Set([
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
]);
const storages = /^torch\.(Double|Float|Half|BFloat16|Long|Int|Short|Char|Byte|Bool)Storage$/;

/** Deeper or longer than any state dictionary. */
const limits = { stack: 10_000_000, depth: 1000 };

const mark = Symbol('mark');
type Slot = PickleValue | typeof mark;

/** The object in `bytes` from `start` on, and where it ends. Throws WEIGHTS_REFUSED and WEIGHTS_DAMAGED. */
export function readPickle(bytes: Buffer, start = 0): { readonly value: PickleValue; readonly end: number } {
  const stack: Slot[] = [];
  const memo = new Map<number, PickleValue>();
  let place = start;

  const take = (count: number): Buffer => {
    if (place + count > bytes.length) throw damaged(`its list of tensors ends at byte ${bytes.length}`);
    return bytes.subarray(place, (place += count));
  };
  const line = (): string => {
    const end = bytes.indexOf(0x0a, place);
    if (end < 0) throw damaged('its list of tensors has a line without end');
    const text = bytes.toString('utf8', place, end);
    place = end + 1;
    return text;
  };
  const push = (value: Slot): void => {
    if (stack.length >= limits.stack) throw damaged('its list of tensors is too long');
    stack.push(value);
  };
  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined || value === mark) throw damaged('its list of tensors takes what was not given');
    return value;
  };
  const toMark = (): PickleValue[] => {
    const border = stack.lastIndexOf(mark);
    if (border < 0) throw damaged('its list of tensors has no mark');
    const values = stack.splice(border);
    return values.slice(1) as PickleValue[];
  };
  const topList = (): PickleValue[] => {
    const value = stack.at(-1);
    return Array.isArray(value) ? value : unfillable();
  };
  const topMap = (): Map<PickleValue, PickleValue> => {
    const value = stack.at(-1);
    return value instanceof Map ? value : unfillable();
  };
  const setAll = (target: Map<PickleValue, PickleValue>, pairs: readonly PickleValue[]): void => {
    for (let i = 0; i + 1 < pairs.length; i += 2)
      target.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue);
  };
  const remember = (key: number): void => {
    const value = pop();
    memo.set(key, value);
    push(value);
  };
  const recall = (key: number): void => {
    const value = memo.get(key);
    if (value === undefined) throw damaged(`its list of tensors recalls ${key}, which it never named`);
    push(value);
  };
  const tuple = (count: number): void => {
    push(Array.from({ length: count }, pop).toReversed());
  };
  const actions: Readonly<Record<number, () => void>> = {
    0x80: () => void take(1), // PROTO
    0x95: () => void take(8), // FRAME
    0x28: () => push(mark), // MARK
    0x30: () => void pop(), // POP
    0x31: () => void toMark(), // POP_MARK
    0x4e: () => push(null), // NONE
    0x88: () => push(true), // NEWTRUE
    0x89: () => push(false), // NEWFALSE
    0x4a: () => push(take(4).readInt32LE()), // BININT
    0x4b: () => push(take(1).readUInt8()), // BININT1
    0x4d: () => push(take(2).readUInt16LE()), // BININT2
    0x8a: () => push(longInteger(take(take(1).readUInt8()))), // LONG1
    0x47: () => push(take(8).readDoubleBE()), // BINFLOAT
    0x58: () => push(take(take(4).readUInt32LE()).toString('utf8')), // BINUNICODE
    0x8c: () => push(take(take(1).readUInt8()).toString('utf8')), // SHORT_BINUNICODE
    0x8d: () => push(take(Number(take(8).readBigUInt64LE())).toString('utf8')), // BINUNICODE8
    0x55: () => push(take(take(1).readUInt8()).toString('latin1')), // SHORT_BINSTRING
    0x54: () => push(take(take(4).readUInt32LE()).toString('latin1')), // BINSTRING
    0x5d: () => push([]), // EMPTY_LIST
    0x7d: () => push(new Map()), // EMPTY_DICT
    0x29: () => push([]), // EMPTY_TUPLE
    0x85: () => tuple(1), // TUPLE1
    0x86: () => tuple(2), // TUPLE2
    0x87: () => tuple(3), // TUPLE3
    0x74: () => push(toMark()), // TUPLE
    0x6c: () => push(toMark()), // LIST
    0x61: () => {
      const value = pop(); // APPEND
      topList().push(value);
    },
    0x65: () => {
      const values = toMark(); // APPENDS
      const target = topList();
      for (const value of values) target.push(value);
    },
    0x73: () => {
      const value = pop(); // SETITEM
      const key = pop();
      topMap().set(key, value);
    },
    0x75: () => {
      const pairs = toMark(); // SETITEMS
      setAll(topMap(), pairs);
    },
    0x71: () => remember(take(1).readUInt8()), // BINPUT
    0x72: () => remember(take(4).readUInt32LE()), // LONG_BINPUT
    0x94: () => remember(memo.size), // MEMOIZE
    0x68: () => recall(take(1).readUInt8()), // BINGET
    0x6a: () => recall(take(4).readUInt32LE()), // LONG_BINGET
    0x63: () => push(named(line(), line())), // GLOBAL
    0x93: () => {
      const [name, module] = [pop(), pop()]; // STACK_GLOBAL
      if (typeof name !== 'string' || typeof module !== 'string')
        throw damaged('its list of tensors names what has no name');
      push(named(module, name));
    },
    0x51: () => push(new Reference(pop())), // BINPERSID
    0x52: () => {
      const [parts, called] = [pop(), pop()]; // REDUCE
      if (!(called instanceof Named) || !Array.isArray(parts))
        throw damaged('its list of tensors builds from what is no name');
      push(build(called.name, parts));
    },
    0x62: () => {
      const state = pop(); // BUILD: only a state dictionary's `_metadata`, of versions, which is left out
      if (!(stack.at(-1) instanceof Map) || !(state instanceof Map))
        throw refused('holds an object that is no tensor');
    },
  };

  for (;;) {
    const opcode = take(1).readUInt8();
    if (opcode === 0x2e) return { value: pop(), end: place }; // STOP
    const action = actions[opcode];
    if (action === undefined)
      throw refused(`has the pickle opcode 0x${opcode.toString(16)}, which no list of tensors needs`);
    action();
  }
}

function build(name: string, parts: readonly PickleValue[]): PickleValue {
  if (name === emptyMap) {
    const [pairs] = parts;
    const isPairs = (value: PickleValue | undefined): value is [PickleValue, PickleValue][] =>
      Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
    return new Map(isPairs(pairs) ? pairs : []);
  }
  if (!builders.has(name)) throw refused(`calls ${name}`);
  return new Built(name, parts);
}

/** Little-endian two's complement of any length; 64 bits are the most that is needed. */
function longInteger(bytes: Buffer): number | bigint {
  if (bytes.length > limits.depth) throw damaged('its list of tensors has a number too long');
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  if (bytes.length > 0 && (bytes.at(-1) as number) & 0x80) value -= 1n << BigInt(8 * bytes.length);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A name that is known to mean a tensor, a storage or a dictionary. */
function named(module: string, name: string): Named {
  const full = `${module}.${name}`;
  if (full !== emptyMap && !builders.has(full) && !storages.test(full))
    throw refused(`holds ${full}, which is no tensor`);
  return new Named(full);
}

function unfillable(): never {
  throw damaged('its list of tensors fills what cannot be filled');
}
