/** The photographs that the benches on real ones take: a folder named by `PIPE_BENCH_PHOTOS`. */
import { stat } from 'node:fs/promises';

/** Undefined, with a line on standard error, where there is none. */
export async function realPhotographs(): Promise<string | undefined> {
  const folder = process.env['PIPE_BENCH_PHOTOS'];
  const isThere =
    folder !== undefined &&
    (await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    ));
  if (!isThere) console.error('no folder of photographs: set PIPE_BENCH_PHOTOS=FOLDER');
  return isThere ? folder : undefined;
}
