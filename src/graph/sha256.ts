/** SHA-256 of a text. Node's cryptography takes 5 ms to load, and a run that finds nothing touched digests nothing. */
import type { hash } from 'node:crypto';

import type { Digest } from './node.ts';

export function sha256(text: string): Digest {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto.hash('sha256', text, 'hex') as Digest;
}

let crypto: { readonly hash: typeof hash } | undefined;
