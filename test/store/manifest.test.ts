import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Json } from '../../src/json.ts';
import { readManifest, sealManifest, type Manifest } from '../../src/store/manifest.ts';
import { graph, node, project, run } from '../run/project.ts';

const digest = 'a'.repeat(64);

/** One with every member that there is, as JSON. */
async function fullManifest(): Promise<Json> {
  const made = node('gmm', {
    run: `echo '{ "loss": 1 }' > $PIPE_OUTPUT/metrics.json; mkdir $PIPE_OUTPUT/none`,
  });
  const { targets } = await run(await project(), graph(made));
  const folder = targets[0]?.artifact?.folder as string;
  const manifest = readManifest(readFileSync(join(folder, '../manifest.json'), 'utf8')) as Manifest;
  const source = { origin: 'a', overrides: {}, artifact: digest, list: 'a/list', digest };
  const parts = { ...manifest.parts, inputs: [{ name: 'data', swept: false, sources: [source] }] };
  const named = { count: 1, first: ['x'] };
  const files = { total: 1, changed: named, added: named, removed: named };
  const accepted = {
    by: 'me',
    at: manifest.times.started,
    why: 'renamed',
    instead: digest,
    stage: 'old',
    made: parts,
    changes: [{ part: 'input', name: 'data', before: 1, after: 2, files }],
  };
  const imported = { specifier: './x.ts', parent: 'stages/a.ts', loading: 'import', path: 'x.ts', digest };
  return JSON.parse(
    JSON.stringify({
      ...manifest,
      parts,
      marks: ['simulated'],
      display: 'metrics.json',
      accepted: { ...accepted, earlier: accepted },
      undeclared: [{ path: 'x', how: 'read' }],
      imported: [imported],
    }),
  ) as Json;
}

/** Each value with one of its members in place of another, with the way to it. */
function* changedOnce(value: Json, odd: Json, way = ''): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const put = (other: Json): Json => {
      const copy = structuredClone(value) as Record<string, Json>;
      copy[name] = other;
      return copy;
    };
    yield [`${way}.${name}`, put(odd)];
    for (const [place, changed] of changedOnce(inner, odd, `${way}.${name}`)) yield [place, put(changed)];
  }
}

const read = (value: Json): Manifest | undefined => readManifest(sealManifest(value as unknown as Manifest));

describe('a manifest that anybody may have written', () => {
  it('is one where every member is of its form', async () => {
    const manifest = await fullManifest();
    expect(read(manifest)).toEqual(manifest);
  });

  it.each<[string, Json]>([
    ['a mapping', { unknown: null }],
    ['a flag', true],
    ['lists in a list', [[]]],
    ['a number', -1.5],
  ])('is none where %s stands for any of them', async (_, odd) => {
    const isFree = /\.(params|before|after|seconds|value|format|environment|overrides)$/;
    for (const [way, changed] of changedOnce(await fullManifest(), odd)) {
      if (isFree.test(way) || (way.endsWith('.swept') && odd === true)) continue;
      expect(read(changed), way).toBeUndefined();
    }
  });

  it('is none where a digest, which names files of the store, is a path', async () => {
    const manifest = (await fullManifest()) as unknown as Manifest;
    const code = { ...manifest.parts.code, files: [{ reference: 'x', digest: '../../etc/passwd' }] };
    expect(read({ ...manifest, parts: { ...manifest.parts, code } } as unknown as Json)).toBeUndefined();
  });

  it('is none where a parameter is deeper than any that can be written', async () => {
    const manifest = (await fullManifest()) as unknown as Manifest;
    const params = JSON.parse('['.repeat(1000) + ']'.repeat(1000)) as Json;
    expect(read({ ...manifest, parts: { ...manifest.parts, params } } as unknown as Json)).toBeUndefined();
  });

  it('is none without its seal, whatever else it holds', async () => {
    const sealed = sealManifest((await fullManifest()) as unknown as Manifest);
    expect(readManifest(sealed)).toBeDefined();
    expect(readManifest(sealed.replace(/,\s*"seal": "[0-9a-f]+"/, ''))).toBeUndefined();
  });

  it.each(['null', '5', '"text"', '[]'])('is none where all of it is %s', (text) => {
    expect(readManifest(text)).toBeUndefined();
  });
});
