import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { sha256 } from '../../../src/graph/sha256.ts';
import { knownWanted } from '../../../src/run/branches/wanted.ts';
import { temporaryProject } from '../../temporary-project.ts';

describe('what the configuration of a branch asks for', () => {
  const wanted = { recipes: new Set([sha256('a'), sha256('b')]), recorded: new Set(['0123456789abcdef']) };

  it('is known by its object ids until it is lost', async () => {
    const folder = join(await temporaryProject({}), 'branches');
    expect(knownWanted(folder).recall('one')).toBeUndefined();
    knownWanted(folder).keep('one', wanted);
    expect(knownWanted(folder).recall('one')).toEqual(wanted);
    expect(knownWanted(folder).recall('other')).toBeUndefined();
  });

  it('is not known where its file was cut off or changed', async () => {
    const folder = join(await temporaryProject({}), 'branches');
    knownWanted(folder).keep('one', wanted);
    const file = join(folder, readdirSync(folder)[0] as string);
    const text = readFileSync(file, 'utf8');
    for (const damaged of [
      '',
      text.slice(0, 40),
      text.slice(0, -70),
      text.replace(sha256('b'), sha256('c')),
    ]) {
      writeFileSync(file, damaged);
      expect(knownWanted(folder).recall('one')).toBeUndefined();
    }
  });

  it('costs time where the store cannot be written', () => {
    expect(() => knownWanted('/dev/null/branches').keep('one', wanted)).not.toThrow();
  });
});
