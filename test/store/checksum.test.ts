import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { checksum } from '../../src/store/checksum.ts';

const of = (text: string, seed?: number): string =>
  checksum(new TextEncoder().encode(text), seed).toString(16);

describe('checksum', () => {
  it('is that of the published vectors of MurmurHash3', () => {
    expect(of('')).toBe('0');
    expect(of('', 1)).toBe('514e28b7');
    expect(of('test')).toBe('ba6bd213');
    expect(of('test', 0x9747b28c)).toBe('704b81dc');
    expect(of('Hello, world!')).toBe('c0363e43');
    expect(of('Hello, world!', 0x9747b28c)).toBe('24884cba');
    expect(of('The quick brown fox jumps over the lazy dog')).toBe('2e4ff723');
  });

  it('is the same wherever in memory the bytes stand, and another when one of them is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(3),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, shift, at, other) => {
          const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
          shifted.set(bytes);
          expect(checksum(shifted)).toBe(checksum(bytes));
          shifted[at % bytes.length] = (bytes[at % bytes.length] as number) ^ other;
          expect(checksum(shifted)).not.toBe(checksum(bytes));
        },
      ),
    );
  });
});
