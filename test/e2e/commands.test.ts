import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Manifest } from '../../src/store/manifest.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

function manifestOf(root: string, stage: string): Manifest {
  const [key = ''] = readdirSync(join(root, 'artifacts', stage));
  return JSON.parse(readFileSync(join(root, 'artifacts', stage, key, 'manifest.json'), 'utf8')) as Manifest;
}

const output = (root: string, stage: string, file: string): string => {
  const [key = ''] = readdirSync(join(root, 'artifacts', stage));
  return readFileSync(join(root, 'artifacts', stage, key, 'files', file), 'utf8');
};

describe('a command with placeholders', () => {
  it('gets its parameters and inputs quoted', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': `
params: { title: "it's \\"$HOME\\"; touch pwned", sizes: [3, 4] }
stages:
  show:
    run: |
      printf '%s|' {{ with.title }} {{ with.sizes }} > {{ output }}/words
      cat {{ inputs.data }} >> {{ output }}/words
    inputs: { data: ./some data }
    with: { title: "\${title}", sizes: "\${sizes}" }
`,
      'some data': 'here',
    });
    expect(await pipe(root, ['run', 'show'])).toMatchObject({ code: 0 });
    expect(output(root, 'show', 'words')).toBe(`it's "$HOME"; touch pwned|3|4|here`);
    expect(readdirSync(root)).not.toContain('pwned');
  });

  it('that cannot be put together is refused with the place of each fault', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': `
params: { seed: 1, model: { depth: 3 }, none: null }
stages:
  train:
    run: >-
      train --depth {{ with.dpth }} --seed "{{ with.seed }}"
      --model {{ with.model }} --seed \${seed} --depth \${model.depth} --none {{ with.none }} {{ inputs.faces }}
    with: { depth: "\${model.depth}", seed: "\${seed}", model: "\${model}", none: "\${none}" }
`,
    });
    const { code, stderr } = await pipe(root, ['run', 'train']);
    expect(code).toBe(2);
    expect(stderr.split('\n').filter((line) => line.startsWith('pipeline.yaml'))).toEqual([
      'pipeline.yaml:6:21: COMMAND_PLACEHOLDER there is no {{ with.dpth }} in this stage',
      'pipeline.yaml:6:45: COMMAND_QUOTED {{ with.seed }} stands in double quotes, and is quoted by itself already',
      'pipeline.yaml:7:15: REFERENCE_KIND with.model cannot be a word of a command: it is a mapping with the keys depth',
      'pipeline.yaml:7:39: COMMAND_REFERENCE ${seed} in a command is a variable of the shell, and nothing sets it',
      'pipeline.yaml:7:55: COMMAND_REFERENCE ${model.depth} in a command is a variable of the shell, and nothing sets it',
      'pipeline.yaml:7:77: PARAM_MISSING with.none has no value and the command needs one',
      'pipeline.yaml:7:93: COMMAND_PLACEHOLDER there is no {{ inputs.faces }} in this stage',
    ]);
    expect(stderr).toContain('did you mean: with.depth');
  });

  it('may use variables that it sets itself', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': `
params: { seed: 1, data: 2 }
stages:
  all:
    run: |
      seed=7
      for data in 1; do echo "\${seed} \${data} \${HOME:+home}" > "\${PIPE_OUTPUT}/x"; done
`,
    });
    expect(await pipe(root, ['run', 'all'])).toMatchObject({ code: 0 });
    expect(output(root, 'all', 'x')).toBe('7 1 home\n');
  });
});

const scoring = (metrics: string, written: string): Promise<string> =>
  temporaryProject({
    'pipeline.yaml': `
stages:
  score:
    run: |
      mkdir {{ output }}/out; printf %s '${written}' > {{ output }}/out/scores.json
    metrics: ${metrics}
`,
  });

describe('the metrics of a command', () => {
  it('are read from the file it declares, as numbers by name', async () => {
    const root = await scoring(
      '{ file: out/scores.json, directions: { accuracy: higher } }',
      '{"accuracy": 0.5, "loss": {"train": 2, "test": {"value": 3, "unit": "nats", "direction": "lower"}}}',
    );
    expect(await pipe(root, ['run', 'score'])).toMatchObject({ code: 0 });
    expect(manifestOf(root, 'score').metrics).toEqual([
      { name: 'accuracy', value: 0.5, direction: 'higher', unit: '' },
      { name: 'loss.train', value: 2, direction: 'none', unit: '' },
      { name: 'loss.test', value: 3, direction: 'lower', unit: 'nats' },
    ]);
  });

  it.each([
    [
      'other.json',
      '{}',
      'METRICS_MISSING the command ended well and did not write its file of metrics other.json',
    ],
    [
      'out/scores.json',
      '{"a": {"value": "high"}}',
      'METRIC_INVALID the metric `a` is "high" where a number is expected',
    ],
    [
      'out/scores.json',
      '{"a": ',
      'METRIC_INVALID the file of metrics cannot be read: Unexpected end of JSON input',
    ],
    [
      '{ file: out/scores.json, directions: { acuracy: higher } }',
      '{"accuracy": 1}',
      'METRIC_INVALID the metric `acuracy` has a declared direction and is not written (written are: accuracy;',
    ],
  ])('%s fail the stage where it holds %s', async (metrics, written, message) => {
    const { code, stderr } = await pipe(await scoring(metrics, written), ['run', 'score']);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  it('are part of the key: another direction runs the stage', async () => {
    const root = await scoring('{ file: out/scores.json, directions: { a: higher } }', '{"a": 1}');
    await pipe(root, ['run', 'score']);
    const file = join(root, 'pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('higher', 'lower'));
    expect((await pipe(root, ['plan', 'score'])).stdout).toContain('code metrics changed');
  });

  it.each(['../scores.json', '/scores.json'])('cannot stand outside the output: %s', async (file) => {
    const { code, stderr } = await pipe(await scoring(file, '{}'), ['run', 'score']);
    expect(stderr).toContain('SCHEMA_PATTERN');
    expect(code).toBe(2);
  });
});
