/**
 * Photographs by the ten thousand: a tree of Flickr Diverse Faces' layout, made of hard links to a few pictures, through
 * `photo-list`, `photo-readings` in shards and `ingest` by the real command line. Shows that memory does not grow with the number,
 * what one more photograph costs, and what a kill costs. `npm run bench -- scale [20000] [--json]`; it needs `time` of GNU.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { simulatePhoto } from '../src/science/camera/photo.ts';
import { copyOfThisProject } from '../test/e2e/paper-project.ts';
import { report } from './measure.ts';

const run = promisify(execFile);
const many = Number(process.argv.slice(3).find((word) => /^\d+$/.test(word)) ?? 20_000);
const few = 1000;
const shards = 16;
/** The words of the command line for photographs in that folder. */
function words(data: string): string[] {
  const overrides = [
    `data.root=${data}`,
    `shards.photos=${shards}`,
    'ingest.duplicates=keep', // the links are
    'ingest.limit=null',
  ];
  return ['run', 'ingest', '-e', 'paper', '--json', ...overrides.flatMap((override) => ['-S', override])];
}

const project = await copyOfThisProject();
try {
  await writePictures();
  const small = await measured('data-few', few);
  const large = await measured('data-many', many);
  report({
    suite: 'scale',
    case: `memory of ${many} photographs, MiB for seconds`,
    seconds: large.memory / 2 ** 20,
    against: 'limit',
    againstSeconds: small.memory / 2 ** 20,
    note: `most of any process: ${mebibytes(small.memory)} with ${few}, ${mebibytes(large.memory)} with ${many}; ${(many / large.seconds).toFixed(0)} files/s in ${large.seconds.toFixed(1)} s, and nothing to do in ${large.again.toFixed(2)} s`,
  });

  await addPhotos('data-many', many, many + 1);
  const one = await ingest('data-many');
  const read = one.started.filter(isReading);
  report({
    suite: 'scale',
    case: 'one photograph more',
    seconds: one.seconds,
    against: 'limit',
    againstSeconds: large.seconds,
    note: `${read.length} of ${shards} shards read again, with ${one.started.filter((node) => !isReading(node)).join(' and ')}`,
  });
  if (read.length !== 1) process.exitCode = 1;

  const { before, lost, seconds } = await killed('data-many');
  report({
    suite: 'scale',
    case: 'the rest after kill -9',
    seconds,
    against: 'limit',
    againstSeconds: large.seconds,
    note: `${before} of ${shards} shards were done when it was killed, ${lost} of them were read again`,
  });
  if (lost > 1) process.exitCode = 1;
} finally {
  await project.remove();
}

interface Ingested {
  readonly started: readonly string[];
  readonly seconds: number;
  /** Bytes, of the largest process. */
  readonly memory: number;
}

async function measured(data: string, count: number): Promise<Ingested & { readonly again: number }> {
  await mkdir(join(project.folder, data, 'FDF/images/128'), { recursive: true });
  await mkdir(join(project.folder, data, 'FDF/exif'));
  await addPhotos(data, 0, count);
  const first = await ingest(data);
  return { ...first, again: (await ingest(data)).seconds };
}

async function ingest(data: string): Promise<Ingested> {
  const memoryFile = join(project.folder, 'memory.txt');
  const started = performance.now();
  const { stdout } = await run(
    '/usr/bin/time',
    ['-f', '%M', '-o', memoryFile, process.execPath, join(project.folder, 'bin/pipe.js'), ...words(data)],
    { cwd: project.folder, maxBuffer: 2 ** 28 },
  );
  const seconds = (performance.now() - started) / 1000;
  const memory = 1024 * Number((await readFile(memoryFile, 'utf8')).trim());
  return { started: nodesOf(stdout, 'node-started'), seconds, memory };
}

/** Kills the runner once a quarter of the shards are done, of a run that has all to do; then runs the same again. */
async function killed(
  data: string,
): Promise<{ readonly before: number; readonly lost: number; readonly seconds: number }> {
  const other = ['-S', 'ingest.maximumPixels=99999999']; // every shard is new
  const { process: child, ended } = project.start(...words(data), ...other);
  let text = '';
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      if (nodesOf(text, 'node-finished').filter(isReading).length >= shards / 4) resolve();
    });
  });
  child.kill('SIGKILL');
  await ended;
  const done = nodesOf(text, 'node-finished').filter(isReading);
  const started = performance.now();
  const { stdout } = await project.pipe(...words(data), ...other);
  const again = nodesOf(stdout, 'node-started');
  const lost = done.filter((node) => again.includes(node)).length;
  return { before: done.length, lost, seconds: (performance.now() - started) / 1000 };
}

function nodesOf(text: string, kind: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (!line.includes(`"${kind}"`)) return [];
    try {
      return [(JSON.parse(line) as { node: string }).node];
    } catch {
      return []; // not yet whole
    }
  });
}

function isReading(node: string): boolean {
  return node.startsWith('photo-readings');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** 50 pictures and their settings, for all the links. */
async function writePictures(): Promise<void> {
  await mkdir(join(project.folder, 'pictures'));
  for (let i = 0; i < 50; i++) {
    const { image } = simulatePhoto(1, i, 'photos', 128);
    const data = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
    const png = await sharp(data, { raw: { width: 128, height: 128, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(project.folder, `pictures/${i}.png`), png);
    const settings = {
      'ISO Speed Ratings': String(100 * (1 + (i % 8))),
      'Aperture Value': `F${2 + (i % 5)}`,
      'Exposure Time': `1/${10 + i} sec`,
      'Focal Length': `${20 + i} mm`,
    };
    await writeFile(join(project.folder, `pictures/${i}.json`), JSON.stringify({ EXIF: settings }));
  }
}

async function addPhotos(data: string, from: number, to: number): Promise<void> {
  const folder = join(project.folder, data, 'FDF');
  for (let i = from; i < to; i++) {
    const source = join(project.folder, 'pictures', String(i % 50));
    await link(`${source}.png`, join(folder, `images/128/${i}.png`));
    await link(`${source}.json`, join(folder, `exif/${9_000_000 + i}.json`));
  }
  const entries = function* (): Generator<string> {
    for (let i = 0; i < to; i++)
      yield `${i === 0 ? '{' : ',\n'}"${i}": ${JSON.stringify({
        author: `author ${i}`,
        bounding_box: [0.25, 0.25, 0.75, 0.875],
        category: 'training',
        landmark: Array.from({ length: 7 }, () => [0.5, 0.5]),
        license: 'Attribution License',
        license_url: 'http://creativecommons.org/licenses/by/2.0/',
        photo_url: `http://www.flickr.com/photos/somebody@N0${i}/${9_000_000 + i}/`,
      })}`;
    yield '}';
  };
  await pipeline(Readable.from(entries()), createWriteStream(join(folder, 'fdf_metainfo.json')));
}
