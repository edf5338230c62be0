import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { writePaperData } from '../science/datasets/miniature-trees.ts';
import { copyOfThisProject, type PaperProject } from './paper-project.ts';

describe("pipe data, on the paper's data sets in small", () => {
  let project: PaperProject;
  beforeAll(async () => {
    project = await copyOfThisProject();
    await writePaperData(join(project.folder, 'data'));
  }, 60_000);
  afterAll(() => project.remove());

  it.each(['paper', 'reference'])('finds all that -e %s asks for', async (experiment) => {
    const { code, stdout, stderr } = await project.pipe('data', 'check', '-e', experiment, ...small);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('## data.photos: data/FDF');
    expect(stdout).toContain('Nothing is missing.');
  });

  it('says for each missing set what is expected where and from whom it is to be had', async () => {
    const { code, stdout } = await project.pipe('data', 'check', '-e', 'paper', '-S', 'data.root=elsewhere');
    expect(code).toBe(4);
    for (const words of [
      'elsewhere/FDF',
      'elsewhere/CelebA-HQ',
      'elsewhere/generated',
      'elsewhere/exif-as-language.pth',
      'hukkelas/FDF',
    ])
      expect(stdout).toContain(words);
  });

  it('says it to programs too', async () => {
    const { stdout } = await project.pipe('data', 'check', '-e', 'paper', ...small, '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        parameter: 'data.photos',
        state: 'found',
        counts: [{ what: 'photographs', count: 6, paper: 200_000 }],
      },
      { parameter: 'data.faces', state: 'found' },
      { parameter: 'data.generated', state: 'found' },
    ]);
  });

  it('prints the statistics of the photographs', async () => {
    const { code, stdout, stderr } = await project.pipe('data', 'stats', '-e', 'paper');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('6 photographs.');
    expect(stdout).toContain('Attribution License 6');
  });

  it('works on photographs in shards: one more changes one of them', async () => {
    const ingest = async (): Promise<string[]> => {
      const { code, stdout, stderr } = await project.pipe(
        'run',
        'ingest',
        '-e',
        'paper',
        '-S',
        'shards.photos=3',
        '--json',
      );
      expect(code, stderr).toBe(0);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; node: string });
      return events.flatMap(({ kind, node }) => (kind === 'node-started' ? [node] : []));
    };
    await ingest();
    const whole = await project.artifactOf('ingest', ['-e', 'paper']);
    const joined = await project.artifactOf('ingest', ['-e', 'paper', '-S', 'shards.photos=3']);
    expect(joined.get('photos.json')?.equals(whole.get('photos.json') as Buffer)).toBe(true);

    await writePaperData(join(project.folder, 'data'), { photos: 7 });
    const started = await ingest();
    expect(started.filter((node) => node.startsWith('photo-readings'))).toHaveLength(1);
    expect(started.filter((node) => !node.startsWith('photo-readings'))).toEqual(['photo-list', 'ingest']);
  });

  it('names what it has where it lacks what is asked for', async () => {
    const { code, stderr } = await project.pipe('data', 'nothing');
    expect(code).toBe(2);
    expect(stderr).toMatch(/DATA_COMMAND_UNKNOWN .*pipe data check, pipe data sample, pipe data stats/);
  });
});

const small = [
  'data.weights=null',
  'features.split={ validation: 1, test: 2, generatedValidation: 0, generatedTest: null }',
].flatMap((override) => ['-S', override]);
