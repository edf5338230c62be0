/**
 * The photographs that the benches on real ones take: a folder named by `PIPE_BENCH_PHOTOS`. Where `exif` (photographs as they come
 * from cameras) and `portraits` (faces) lie below it, a bench takes one of them.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder, or its `part`; undefined, with a line on standard error, where there is none. */
export async function realPhotographs(part: 'exif' | 'portraits' | '' = ''): Promise<string | undefined> {
  const root = process.env['PIPE_BENCH_PHOTOS'];
  const folder = root === undefined ? undefined : join(root, part);
  if (folder !== undefined && part === 'exif' && !(await stat(folder).catch(() => undefined))) return root;
  const isThere =
    folder !== undefined &&
    (await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    ));
  if (!isThere) console.error('no folder of photographs: set PIPE_BENCH_PHOTOS=FOLDER');
  return isThere ? folder : undefined;
}
