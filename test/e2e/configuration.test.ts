import { rm, symlink } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe, type Ended } from './pipe.ts';

const pipeline = `params:
  seed: 1
  photos: ./photos
  count: { largest: 10, by: size }
stages:
  list:
    description: Lists the photos.
    use: stages/list.ts
    inputs: { photos: "\${photos}" }
    with: { seed: "\${seed}" }
  count:
    run: wc -l "$PIPE_INPUT_LIST" > "$PIPE_OUTPUT/count.txt"
    inputs: { list: list/list.txt }
    with: \${count}
`;

const files = {
  'pipeline.yaml': pipeline,
  'photos/a.jpg': 'a',
  'stages/list.ts': 'export default { async run() {} };\n',
  'schemas/stages/list.schema.json': JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ListParameters',
    type: 'object',
    additionalProperties: false,
    required: ['seed'],
    properties: { seed: { type: 'integer', minimum: 0, description: 'Of the random order.' } },
  }),
  'experiments/large.yaml': 'set: { count.largest: 1000 }\n',
};

async function inProject(
  changes: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  return pipe(await temporaryProject({ ...files, ...changes }), args);
}

/** The first line of each of the errors. */
function headsOf({ stderr }: Ended): readonly string[] {
  return stderr.split('\n').filter((line) => /^\S.* [A-Z_]{6,} |^[A-Z_]{6,} /.test(line));
}

describe('a configuration with faults', () => {
  it('names what stands nearest to a path, a key and a word of sweeps that are misspelt', async () => {
    const text = pipeline.replace('use: stages/list.ts', 'use: stages/lst.ts').replace('run: wc', 'rn: wc');
    const ended = await inProject(
      { 'pipeline.yaml': text.replace('photos: ./photos', 'photos: ./fotos') },
      'run',
      'list',
      'count',
      '--sweep',
      '{ exclud: [{ seed: 1 }] }',
    );
    expect(headsOf(ended)).toHaveLength(4);
    for (const name of ['./photos', 'stages/list.ts', 'run', 'exclude'])
      expect(ended.stderr).toContain(`did you mean: ${name}\n`);
  });

  it('points at the entry of files that is not there, and says that patterns stand for nothing', async () => {
    const text = pipeline.replace(
      '    inputs: { list: list',
      "    files: ['scripts/*.sh']\n    inputs: { list: list",
    );
    const { stderr } = await inProject({ 'pipeline.yaml': text }, 'plan', 'count');
    expect(stderr).toMatch(
      /^pipeline\.yaml:13:13: FILE_MISSING the script scripts\/\*\.sh of stage count: found nothing$/m,
    );
    expect(stderr).toContain('remedy: patterns stand for nothing here: name each script, or their folder');
  });

  it('reports a ring of parameters that no stage takes, once', async () => {
    const text = pipeline.replace('  seed: 1\n', '  seed: 1\n  a: ${b}\n  b: ${a}\n');
    const ended = await inProject({ 'pipeline.yaml': text }, 'plan', 'count');
    expect(headsOf(ended)).toEqual([
      expect.stringMatching(/REFERENCE_CYCLE references go round in a ring: a -> b -> a$/),
    ]);
  });

  it('ends with code 2 before anything runs, and says where, what and which name is near', async () => {
    const text = pipeline.replace('list: list/list.txt', 'list: lst/list.txt');
    const ended = await inProject({ 'pipeline.yaml': text }, 'run', 'count');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toBe(
      [
        'pipeline.yaml:13:21: STAGE_UNKNOWN there is no stage "lst"',
        '  13 |     inputs: { list: lst/list.txt }',
        '     |                     ^^^^^^^^^^^^',
        '  did you mean: list',
        '  remedy: a path begins with ./, ../ or /, or is written { path: ... }',
      ].join('\n'),
    );
  });

  it('has all of them reported at once', async () => {
    const text = pipeline.replace('description:', 'descripton:').replace('${count}', '${cout}');
    const ended = await inProject(
      { 'pipeline.yaml': text },
      'run',
      'count',
      '-e',
      'larg',
      '-S',
      'seeds=2',
      '-S',
      'count=3',
    );
    expect(ended.code).toBe(2);
    expect(headsOf(ended)).toEqual([
      'pipeline.yaml:7:5: SCHEMA_KEY_UNKNOWN descripton is not a known key of stages.list in pipeline.yaml',
      'pipeline.yaml:14:11: PARAM_UNKNOWN there is no parameter cout',
      'EXPERIMENT_UNKNOWN there is no experiment "larg"',
      '-S seeds=2: PARAM_UNKNOWN there is no parameter seeds',
      '-S count=3: PARAM_KIND count is a group of parameters and cannot be replaced by 3',
    ]);
    expect(ended.stderr).toContain('5 errors; nothing ran');
  });

  it('is told to programs as JSON', async () => {
    const ended = await inProject({}, 'plan', 'count', '-S', 'seeds=2', '--json');
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toEqual({
      kind: 'configuration-invalid',
      errors: [
        {
          code: 'PARAM_UNKNOWN',
          message: 'there is no parameter seeds',
          place: '-S seeds=2',
          remedy: 'did you mean seed?',
        },
      ],
    });
  });

  it.each([
    ['a cycle', 'photos=count', 'STAGE_CYCLE', 'count -> list -> count'],
    [
      'a path without anything',
      'photos=./foto',
      'PATH_MISSING',
      'photos: expected a file or folder at ./foto, found nothing',
    ],
    [
      'a value its stage does not take',
      'seed=-1',
      'SCHEMA_RANGE',
      'seed in the parameters of stage list is -1, expected a number >= 0',
    ],
    ['a value of the wrong kind', 'seed=many', 'SCHEMA_TYPE', 'expected an integer'],
    ['references in a ring', 'seed=${seed}', 'REFERENCE_CYCLE', 'seed -> seed'],
    [
      'a value that is missing',
      'photos={ path: "${count.by}/${seed}", description: null }',
      'PATH_MISSING',
      'size/1',
    ],
  ])('may have %s', async (_, override, code, message) => {
    const ended = await inProject({}, 'run', 'count', '-S', override);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(headsOf(ended)).toHaveLength(1);
    expect(headsOf(ended)[0]).toContain(code);
    expect(headsOf(ended)[0]).toContain(message);
  });

  it('may lack a value that a target needs, which is no fault for the other targets', async () => {
    const text = pipeline.replace('photos: ./photos', 'root: null\n  photos: { path: "${root}/photos" }');
    const root = await temporaryProject({ ...files, 'pipeline.yaml': `${text}  hello: { run: echo }\n` });
    const needed = await pipe(root, ['plan', 'list']);
    expect(needed.code).toBe(2);
    expect(needed.stderr).toContain('PARAM_MISSING root has no value and one is needed here');
    expect(needed.stderr).toContain('remedy: give it one: -S root=FOLDER');
    expect((await pipe(root, ['plan', 'hello'])).code).toBe(0);
    expect((await pipe(root, ['plan', 'list', '-S', 'root=.'])).code).toBe(0);
  });

  it('points at the line that a refused value was written in', async () => {
    const ended = await inProject(
      { 'experiments/large.yaml': 'set:\n  seed: 1.5\n' },
      'run',
      'list',
      '-e',
      'large',
    );
    expect(headsOf(ended)[0]).toMatch(/^experiments\/large\.yaml:2:9: SCHEMA_TYPE /);
  });

  it('may name a module or a script that is not there', async () => {
    const text = pipeline
      .replace('stages/list.ts', 'stages/lost.ts')
      .replace('    run:', '    files: [count.sh]\n    run:');
    expect(headsOf(await inProject({ 'pipeline.yaml': text }, 'run', 'count'))).toEqual([
      'pipeline.yaml:8:10: MODULE_MISSING the module stages/lost.ts of stage list: found nothing',
      'pipeline.yaml:12:13: FILE_MISSING the script count.sh of stage count: found nothing',
    ]);
  });
});

describe('a module outside of the project', () => {
  it('is refused behind a link too', async () => {
    const root = await temporaryProject(files);
    const elsewhere = await temporaryProject({ 'list.ts': 'export default {};\n' });
    await rm(`${root}/stages/list.ts`);
    await symlink(`${elsewhere}/list.ts`, `${root}/stages/list.ts`);
    expect(headsOf(await pipe(root, ['run', 'list']))[0]).toContain(
      'MODULE_OUTSIDE the module stages/list.ts of stage list is a link that leads out of the project',
    );
  });

  it('is refused', async () => {
    const text = pipeline.replace('stages/list.ts', '../list.ts');
    expect(headsOf(await inProject({ 'pipeline.yaml': text }, 'run', 'list'))).toEqual([
      'pipeline.yaml:8:10: MODULE_OUTSIDE the module ../list.ts of stage list is outside the project',
    ]);
  });
});

describe('a command line with faults', () => {
  it.each([
    [['rn', 'count'], "unknown command 'rn'", 'Did you mean run?'],
    [['run', 'count', '--jbos', '2'], "unknown option '--jbos'", 'Did you mean --jobs?'],
    [['run', 'count', '--cpus', '0'], "argument '0' is invalid", 'at least 1'],
    [['run', 'cont'], 'STAGE_UNKNOWN there is no stage "cont"', 'did you mean: count'],
    [['run'], 'missing required argument: a target', 'pipe stages'],
  ])('such as %j ends with code 2', async (args, message, nearest) => {
    const ended = await inProject({}, ...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(nearest);
  });

  it('or outside of any project too', async () => {
    const ended = await pipe('/', ['run', 'count']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^PROJECT_MISSING found no pipeline.yaml in \/ or any folder above it/);
  });
});

describe('the command line', () => {
  it('lists the stages', async () => {
    const { code, stdout } = await inProject({}, 'stages');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'list   Lists the photos.\ncount  wc -l "$PIPE_INPUT_LIST" > "$PIPE_OUTPUT/count.txt"',
    );
  });

  it('finds the project from a folder inside it', async () => {
    const root = await temporaryProject({ ...files, 'notes/today.txt': '' });
    expect((await pipe(`${root}/notes`, ['stages'])).code).toBe(0);
  });
});
