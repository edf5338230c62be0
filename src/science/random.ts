/**
 * Seeded random numbers: the same seed and the same name give the same stream everywhere, in any process.
 *
 * The generator is sfc32 (Doty-Humphrey, PractRand): 128 bits of state, seeded by a hash of words, so that a
 * stream of its own can be had for every item of a data set (`randomOf(seed, 'photo', 17)`), whatever the order
 * or the number of workers.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal (Box-Muller, both values used). */
  normal(): number;
  /** median * exp(deviation * normal). */
  logNormal(median: number, deviation: number): number;
  /** Integer in [0, count). */
  integer(count: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** The integers 0..count-1 in random order (Fisher-Yates). */
  permutation(count: number): Uint32Array;
}

export function randomOf(...words: readonly (string | number)[]): Random {
  const next = sfc32(seedWords(words));
  let spare: number | undefined;

  const uniform = (): number => next() / 4294967296;
  const integer = (count: number): number => Math.floor(uniform() * count);
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((next() + 1) / 4294967297));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };

  return {
    uniform,
    integer,
    normal,
    between: (low, high) => low + (high - low) * uniform(),
    logNormal: (median, deviation) => median * Math.exp(deviation * normal()),
    pick: <Item>(items: readonly Item[]): Item => items[integer(items.length)] as Item,
    permutation(count) {
      const order = new Uint32Array(count);
      for (let i = 0; i < count; i++) {
        const j = integer(i + 1);
        order[i] = order[j] as number;
        order[j] = i;
      }
      return order;
    },
  };
}

function sfc32([a, b, c, counter]: Uint32Array): () => number {
  let s0 = a as number;
  let s1 = b as number;
  let s2 = c as number;
  let count = counter as number;
  const next = (): number => {
    const result = (s0 + s1 + count) | 0;
    count = (count + 1) | 0;
    s0 = s1 ^ (s1 >>> 9);
    s1 = (s2 + (s2 << 3)) | 0;
    s2 = ((s2 << 21) | (s2 >>> 11)) + result;
    return result >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

/** Four 32-bit words from any list of words; each word is preceded by its kind and length, so that no two lists collide by joining. */
function seedWords(words: readonly (string | number)[]): Uint32Array {
  const state = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef]);
  const absorb = (value: number): void => {
    for (let lane = 0; lane < 4; lane++) {
      let mixed = Math.imul((state[lane] as number) ^ value, 0x85ebca6b + 2 * lane);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      state[lane] = (mixed ^ (mixed >>> 16)) + (state[(lane + 1) & 3] as number);
    }
  };
  for (const word of words) {
    const text = `${typeof word}:${word}`;
    absorb(text.length);
    for (let i = 0; i < text.length; i++) absorb(text.charCodeAt(i));
  }
  return state;
}
