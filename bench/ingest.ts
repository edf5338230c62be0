/**
 * Processor time from the disk to the network's input (EXIF, decoding, crop, 224 px), two photographs at once, beside
 * libvips alone (through sharp, decoding in full), vipsthumbnail and Pillow in the same minutes; and the memory of indexing 1,000 and 20,000 files; `--rate` leaves the latter out.
 */
import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Piscina } from 'piscina';
import { encodeJpeg } from '../src/science/camera/jpeg.ts';
import { simulatePhoto } from '../src/science/camera/photo.ts';
import { listImages } from '../src/science/datasets/folder.ts';
import type { PrepareTask } from './ingest/prepare.ts';
import { report } from './measure.ts';
import { realPhotographs } from './photographs/folder.ts';

const run = promisify(execFile);
const rounds = 3;
const scratch = await mkdtemp(join(tmpdir(), 'pipe-ingest-'));
try {
  const folder = await realPhotographs('exif');
  if (folder !== undefined) await measureRate(resolve(folder));
  if (!process.argv.includes('--rate')) await measureMemory();
} finally {
  await rm(scratch, { recursive: true });
}

async function measureRate(folder: string): Promise<void> {
  const files = (await listImages(folder)).map((id) => join(folder, id));
  const list = join(scratch, 'files.txt');
  await writeFile(list, files.join('\n'));
  const pool = new Piscina<PrepareTask, number>({
    filename: new URL('./ingest/prepare.ts', import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
  });
  const portions = Array.from({ length: Math.ceil(files.length / 4) }, (_, i) =>
    files.slice(4 * i, 4 * i + 4),
  );
  const python = process.env['PIPE_BENCH_PYTHON'] ?? 'python3';
  const pillow = async (...options: string[]): Promise<number> =>
    Number((await run(python, [join(import.meta.dirname, 'ingest/pillow.py'), list, ...options])).stdout);
  const ours = async (decode: PrepareTask['decode']): Promise<number> => {
    const start = process.cpuUsage();
    await Promise.all(portions.map((files) => pool.run({ files, decode })));
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  const cases: Record<string, () => Promise<number>> = {
    pipe: () => ours('full'),
    'pipe, reduced decoding': () => ours('reduced'),
    libvips: () => ours('libvips'),
    vipsthumbnail: () => vipsthumbnail(list),
    'vipsthumbnail to sRGB': () => vipsthumbnail(list, '--export-profile', 'srgb'),
    Pillow: () => pillow(),
    torchvision: () => pillow('--torchvision'),
    'Pillow with draft': () => pillow('--draft'),
  };
  const least = await leastSeconds(cases);
  await pool.destroy();
  for (const [name, what] of [
    ['pipe', 'EXIF, decoding, crop, 224 px'],
    ['pipe, reduced decoding', 'the same, large JPEGs decoded at a fraction of their size'],
  ] as const)
    for (const [against, seconds] of least) {
      if (against.startsWith('pipe')) continue;
      const mine = least.get(name) as number;
      report({
        suite: 'ingest',
        case: what,
        seconds: mine / files.length,
        against,
        againstSeconds: seconds / files.length,
        note: `${files.length} photographs, two cores: ${rate(files, mine)} photographs/s, ${against} ${rate(files, seconds)}`,
      });
    }
}

/** Of the processor, with the start of two processes. It decodes large JPEGs at a fraction of their size, reads no EXIF but the orientation and looks at no profile unless told to. */
async function vipsthumbnail(list: string, ...options: string[]): Promise<number> {
  const thumbnails = `xargs -0 -P 2 -n 57 vipsthumbnail --size 224x224 --smartcrop centre ${options.join(' ')} -o "${scratch}/%s.ppm"`;
  const script = `TIMEFORMAT='%U %S'; tr '\\n' '\\0' < "${list}" > "${list}0"; time ${thumbnails} < "${list}0" 2> "${list}.log"`;
  const environment = { ...process.env, VIPS_CONCURRENCY: '1' };
  const { stderr } = await run('bash', ['-c', script], { env: environment }).catch(
    (error: { code?: unknown; stderr: string }) => {
      if (error.code === 123) return error; // some of the files are damaged
      throw error;
    },
  );
  const [user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number) as [number, number];
  return user + system;
}

/** Of two cores that do nothing else. */
function rate(files: readonly string[], seconds: number): string {
  return ((2 * files.length) / seconds).toFixed(1);
}

/** Of the processor; the cases take turns; one that cannot be run is left out with a line on standard error. */
async function leastSeconds(
  cases: Readonly<Record<string, () => Promise<number>>>,
): Promise<Map<string, number>> {
  const least = new Map<string, number>();
  const absent = new Set<string>();
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of Object.entries(cases)) {
      if (absent.has(name)) continue;
      try {
        const seconds = await work();
        if (round > 0) least.set(name, Math.min(least.get(name) ?? Infinity, seconds));
      } catch (error) {
        absent.add(name);
        console.error(`${name} is left out: ${(error as Error).message.split('\n')[0]}`);
      }
    }
  return least;
}

async function measureMemory(): Promise<void> {
  const sources: string[] = [];
  for (let i = 0; i < 50; i++) {
    const { image, quality, tags } = simulatePhoto(1, i, 'photos', 64);
    sources.push(join(scratch, `source-${i}.jpg`));
    await writeFile(sources[i] as string, await encodeJpeg(image, 64, quality, tags));
  }
  const of = async (count: number): Promise<number> => {
    const folder = join(scratch, `files-${count}`);
    await mkdir(folder);
    for (let i = 0; i < count; i++) await link(sources[i % 50] as string, join(folder, `${i}.jpg`));
    const { stdout } = await run(process.execPath, [
      fileURLToPath(new URL('./ingest/memory.ts', import.meta.url)),
      folder,
    ]);
    return (JSON.parse(stdout) as { memory: number }).memory / 2 ** 20;
  };
  const [few, many] = [await of(1000), await of(20_000)];
  report({
    suite: 'ingest',
    case: 'memory of 20,000 files, MiB for seconds',
    seconds: many,
    against: 'limit',
    againstSeconds: few,
    note: `most memory of the process: ${few.toFixed(0)} MiB with 1,000 files, ${many.toFixed(0)} MiB with 20,000`,
  });
}
