/**
 * The four tags as `ingest` reads them beside exiftool's, of every photograph: how many are equal, and every difference.
 * exiftool's FNumber, ExposureTime, FocalLength and ISO of the group EXIF; where it has none there, its APEX ones.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { listImages } from '../src/science/datasets/folder.ts';
import { readExif } from '../src/science/exif/read.ts';
import { readTags, tagNames, type TagName } from '../src/science/exif/tags.ts';
import { formatOf } from '../src/science/image/signature.ts';
import { report } from './measure.ts';
import { realPhotographs } from './photographs/folder.ts';

const folder = await realPhotographs('exif');
if (folder !== undefined) await compare(resolve(folder));

async function compare(folder: string): Promise<void> {
  const ids = await listImages(folder);
  const peerStart = performance.now();
  const peer = await readWithExiftool(ids.map((id) => join(folder, id)));
  const peerSeconds = (performance.now() - peerStart) / 1000;
  if (peer === undefined) return;

  const start = performance.now();
  const ours = new Map<string, ReturnType<typeof readTags>>();
  for (const id of ids) {
    const bytes = await readFile(join(folder, id));
    const format = formatOf(bytes);
    const block = await sharp(bytes)
      .metadata()
      .then(
        ({ exif }) => exif,
        () => undefined,
      );
    ours.set(id, readTags(format === undefined ? {} : readExif(bytes, format, block)));
  }
  const seconds = (performance.now() - start) / 1000;

  let equal = 0;
  const differences: string[] = [];
  for (const id of ids)
    for (const name of tagNames) {
      const reading = ours.get(id)?.[name];
      const mine = reading?.ok === true ? reading.value : undefined;
      const theirs = peer.get(join(folder, id))?.[name];
      if (isEqual(mine, theirs)) equal += 1;
      else
        differences.push(
          `${id} ${name}: ${mine ?? `none (${reading?.ok === false ? reading.reason : ''})`}, exiftool ${theirs ?? 'none'}`,
        );
    }
  for (const line of differences) console.error(line);
  report({
    suite: 'exif',
    case: 'four tags',
    seconds: seconds / ids.length,
    against: 'exiftool',
    againstSeconds: peerSeconds / ids.length,
    note: `${equal} of ${ids.length * tagNames.length} values of ${ids.length} photographs equal, ${differences.length} differ`,
  });
}

/** Rounding of a printed number apart. */
function isEqual(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}

async function readWithExiftool(
  files: readonly string[],
): Promise<ReadonlyMap<string, Partial<Record<TagName, number>>> | undefined> {
  const fields = ['FNumber', 'ApertureValue', 'ExposureTime', 'ShutterSpeedValue', 'FocalLength', 'ISO'];
  const args = ['-j', '-n', ...fields.map((field) => `-EXIF:${field}`), ...files];
  // With files it cannot read among them it exits with 1 and says all the same what it knows of the others.
  const output = await promisify(execFile)('exiftool', args, { maxBuffer: 2 ** 28 }).catch(
    (error: { code?: unknown; stdout?: string }) =>
      error.code === 1 ? { stdout: error.stdout ?? '' } : undefined,
  );
  if (output === undefined) {
    console.error('exiftool is not there: apt-get install libimage-exiftool-perl');
    return undefined;
  }
  const entries = JSON.parse(output.stdout) as (Record<string, unknown> & { SourceFile: string })[];
  return new Map(
    entries.map((entry) => {
      const number = (...names: string[]): number | undefined =>
        names.map((name) => Number(entry[name])).find((value) => Number.isFinite(value) && value > 0);
      const known = {
        aperture: number('FNumber', 'ApertureValue'),
        exposureTime: number('ExposureTime', 'ShutterSpeedValue'),
        focalLength: number('FocalLength'),
        iso: number('ISO'),
      };
      return [
        entry.SourceFile,
        Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
      ];
    }),
  );
}
