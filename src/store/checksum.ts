/**
 * MurmurHash3 (x86, 32 bits; A. Appleby, 2011) of what the store keeps for itself: it tells of damage, not of malice, at 2 GB a second
 * and without the 10 ms that Node's cryptography takes to load.
 */
export function checksum(bytes: Uint8Array, seed = 0): number {
  const { buffer, byteOffset, byteLength } = aligned(bytes);
  const words = new Int32Array(buffer, byteOffset, byteLength >> 2);
  let sum = seed;
  for (let i = 0; i < words.length; i++) {
    sum ^= scrambled(words[i] as number);
    sum = (Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = byteLength - 1; i >= words.length << 2; i--) rest = (rest << 8) | (bytes[i] as number);
  sum ^= scrambled(rest) ^ byteLength;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function scrambled(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** Words have to begin at a multiple of four. */
const aligned = (bytes: Uint8Array): Uint8Array =>
  bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
