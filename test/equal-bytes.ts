/** Vitest compares arrays of bytes or numbers item by item, a megabyte in seconds. Those of equal bytes are equal at once. */
import { expect } from 'vitest';

expect.addEqualityTesters([(a, b) => haveEqualBytes(a, b) || undefined]);

function haveEqualBytes(a: unknown, b: unknown): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  return bytesOf(a).equals(bytesOf(b));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
