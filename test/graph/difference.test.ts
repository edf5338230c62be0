import { describe, expect, it } from 'vitest';

import { differences } from '../../src/graph/difference.ts';
import { digestOf } from '../../src/graph/encoding.ts';
import { keyOf, type KeyParts } from '../../src/graph/key.ts';

const code: Extract<KeyParts['code'], { kind: 'module' }> = {
  kind: 'module',
  node: '24',
  stageApi: 1,
  resolution: digestOf('resolution'),
  bundle: digestOf('bundle'),
  files: [],
  packages: ['sharp@0.35.4'],
  sources: { 'src/em.ts': digestOf('em') },
};
const parts: KeyParts = {
  format: 1,
  code,
  params: { gmm: { components: 8, starts: 1 }, scales: [1, 2] },
  inputs: [
    {
      name: 'train',
      swept: false,
      sources: [{ origin: 'features/train', overrides: {}, digest: digestOf('a') }],
    },
  ],
  environment: { HOST: null },
};

describe('differences', () => {
  it('are none between equal parts, and their keys are equal', () => {
    const same = structuredClone(parts);
    expect(differences(parts, same)).toEqual([]);
    expect(keyOf(same)).toBe(keyOf(parts));
  });

  it('name each leaf of the parameters that changed', () => {
    const after = { ...parts, params: { gmm: { components: 4, starts: 1 }, scales: [1, 3] } };
    expect(differences(parts, after)).toEqual([
      { part: 'params', name: 'gmm.components', before: 8, after: 4 },
      { part: 'params', name: 'scales', before: [1, 2], after: [1, 3] },
    ]);
  });

  it('name the source files behind a changed bundle, and nothing where the bundle is the same', () => {
    const sources = { 'src/em.ts': digestOf('em with a comment') };
    expect(differences(parts, { ...parts, code: { ...code, sources } })).toEqual([]);
    const changed = differences(parts, { ...parts, code: { ...code, sources, bundle: digestOf('other') } });
    expect(changed.map(({ part, name }) => [part, name])).toEqual([['code', 'src/em.ts']]);
  });

  it('name a package with both versions', () => {
    const packages = ['node@24', 'sharp@0.35.5'];
    expect(differences(parts, { ...parts, code: { ...code, packages } })).toEqual([
      { part: 'package', name: 'sharp', before: '0.35.4', after: '0.35.5' },
    ]);
  });

  it('name inputs and variables', () => {
    const after: KeyParts = {
      ...parts,
      inputs: [{ name: 'train', swept: false, sources: [] }],
      environment: { HOST: digestOf('a') },
    };
    expect(differences(parts, after).map(({ part, name }) => [part, name])).toEqual([
      ['input', 'train'],
      ['environment', 'HOST'],
    ]);
  });
});

describe('keyOf', () => {
  it('does not depend on how an input is named for people', () => {
    const [train] = parts.inputs;
    const [source] = train?.sources ?? [];
    const renamed = {
      ...parts,
      inputs: [{ name: 'train', swept: false, sources: [{ ...source, origin: './elsewhere' }] }],
    };
    expect(keyOf(renamed as KeyParts)).toBe(keyOf(parts));
  });

  it.each<[string, Partial<KeyParts>]>([
    ['the code', { code: { ...code, bundle: digestOf('x') } }],
    ['a package', { code: { ...code, packages: ['node@24'] } }],
    ['a file the code names', { code: { ...code, files: [{ reference: './w.ts', digest: null }] } }],
    ['a parameter', { params: { gmm: 1 } }],
    ['a variable', { environment: { HOST: digestOf('') } }],
    ['an input', { inputs: [] }],
    ['whether an input is swept', { inputs: parts.inputs.map((input) => ({ ...input, swept: true })) }],
  ])('depends on %s', (_, change) => {
    expect(keyOf({ ...parts, ...change })).not.toBe(keyOf(parts));
  });
});
