import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhotoIndex } from '../../src/science/datasets/photos.ts';
import { texture, toSharp } from '../science/image/pictures.ts';
import { writeTree } from '../temporary-folder.ts';
import { writePaperData } from '../science/datasets/miniature-trees.ts';
import { copyOfThisProject, type PaperProject } from './paper-project.ts';

describe("pipe data, on the paper's data sets in small", () => {
  let project: PaperProject;
  beforeAll(async () => {
    project = await copyOfThisProject();
    await writePaperData(join(project.folder, 'data'));
  });
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

  it('says once what a stage would look for in vain', async () => {
    const { code, stderr } = await project.pipe('data', 'stats', '-e', 'paper', '-S', 'data.root=elsewhere');
    expect(code).toBe(2);
    expect(stderr.match(/PATH_MISSING data\.photos: expected Flickr Diverse Faces/g)).toHaveLength(1);
    expect(stderr.match(/PATH_MISSING/g)).toHaveLength(1);
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

  it('reads every file by its own name, whatever that is, and leaves out what archives leave behind', async () => {
    const names = [
      'a b.JPG',
      'line\nbreak.jpeg',
      'e\u0301.jpg', // é in two characters, as macOS writes it
      '\u00e9.jpg', // and in one
      'Case.jpg',
      'case.jpg',
      `${'n'.repeat(251)}.Jpg`,
      '\u{1f600}.jpg',
      '\uff61.jpg', // before the one above by code points, behind it by UTF-16
      '\u2028\ufffd.jpg',
      `"quoted'; \`.jpg`,
      '-S.jpg',
      '%20{{ with.seed }}$seed.jpg',
      'deep/\\/写真.jpeg',
    ];
    const photos: Record<string, Buffer> = {};
    for (const [i, name] of names.entries()) photos[`exif/${name}`] = await photoOf(20 + i);
    photos['exif/copy of a b.jpg'] = photos['exif/a b.JPG'] as Buffer;
    for (const leftover of [
      '__MACOSX/a.jpg',
      'deep/__MACOSX/._a.jpg',
      '._a.jpg',
      '.DS_Store',
      '.cache/a.jpg',
    ])
      photos[`exif/${leftover}`] = Buffer.from('left over');
    await writeTree(join(project.folder, 'odd'), photos);

    const words = ['-e', 'photos', '-S', 'data.root=odd', '-S', 'shards.photos=3'];
    const { code, stderr } = await project.pipe('run', 'ingest', ...words);
    expect(code, stderr).toBe(0);
    const file = (await project.artifactOf('ingest', words)).get('photos.json') as Buffer;
    const index = JSON.parse(file.toString()) as PhotoIndex;
    // The width tells which file was read.
    expect(new Map(index.photos.map(({ id, width }) => [id, width]))).toEqual(
      new Map(names.map((name, i) => [name, 20 + i])),
    );
    expect(index.excluded).toEqual([
      { id: 'copy of a b.jpg', code: 'PHOTO_DUPLICATE', reason: 'has the same bytes as a b.JPG' },
    ]);
  });

  it('refuses names that are no text, and what is no file, by the place', async () => {
    const folder = join(project.folder, 'latin/exif');
    await writeTree(folder, { 'a.jpg': await photoOf(20) });
    const words = ['-e', 'photos', '-S', 'data.root=latin'];
    const latin = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]);
    await writeFile(latin, await photoOf(21));
    for (const command of [
      ['plan', 'ingest'],
      ['data', 'check'],
    ]) {
      const { code, stdout, stderr } = await project.pipe(...command, ...words);
      expect(code).toBeGreaterThan(0);
      expect(stdout + stderr).toMatch(
        /NAME_NOT_UTF8 holds a file or folder whose name is no UTF-8: "caf\\xe9\.jpg"/,
      );
    }
    await rm(latin);
    await promisify(execFile)('mkfifo', [join(folder, 'pipe.jpg')]);
    const { code, stderr } = await project.pipe('plan', 'ingest', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain('FILE_SPECIAL is neither a file nor a folder');
  });

  it('names what it has where it lacks what is asked for', async () => {
    const { code, stderr } = await project.pipe('data', 'nothing');
    expect(code).toBe(2);
    expect(stderr).toMatch(/DATA_COMMAND_UNKNOWN .*pipe data check, pipe data sample, pipe data stats/);
  });
});

/** A photograph of that width with all four tags. */
const photoOf = (width: number): Promise<Buffer> =>
  toSharp(texture(width, 20))
    .withExif({
      IFD2: { FNumber: '28/10', ExposureTime: '1/60', FocalLength: '50/1', ISOSpeedRatings: '200' },
    })
    .jpeg()
    .toBuffer();

const small = [
  'data.weights=null',
  'features.split={ validation: 1, test: 2, generatedValidation: 0, generatedTest: null }',
].flatMap((override) => ['-S', override]);
