/**
 * The first step of `-e paper`'s training as a user runs it: a miniature tree of Flickr Diverse Faces and a file of weights in
 * EXIF-as-language's names, through `pipe run pretrain -e paper`, which finds the faces, manipulates them at 224 px and takes one step of ResNet-50
 * over 256 faces with all their pairs. Told are its memory and time and what 20 epochs over 200,000 photographs would take; the losses are
 * compared with PyTorch's on the same weights, pictures and micro-batches. Takes minutes. `npm run bench -- train-paper [--json]`; it needs `time` of GNU.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { layOut } from '../src/science/network/layout.ts';
import { networkNamed } from '../src/science/network/networks.ts';
import { initialParameters } from '../src/science/network/parameters.ts';
import { batchLoader } from '../src/science/ranking/batch-loader.ts';
import { splitHeldOut } from '../src/science/ranking/batches.ts';
import { openFaces } from '../src/science/ranking/faces.ts';
import { manipulatedName, orderName } from '../src/science/ranking/objective.ts';
import { copyOfThisProject } from '../test/e2e/paper-project.ts';
import { report } from './measure.ts';
import { writeFdfTree } from './paper/fdf-tree.ts';

const photographs = 340; // the detector finds a face in seven of eight; 256 make a step
const [size, batch, microBatch, seed] = [224, 256, 16, 2024]; // of -e paper
const tolerance = 1e-4;
const layout = layOut(networkNamed('resnet50'), size);

const project = await copyOfThisProject();
const folder = await mkdtemp(join(tmpdir(), 'bench-train-paper-'));
try {
  const data = join(project.folder, 'data');
  await writeFdfTree(join(data, 'FDF'), photographs);
  await writeWeights(join(data, 'exif-as-language.pth'));

  const untrained = ['-e', 'paper', '-S', 'pretrain.epochs=0'];
  await pipe('run', 'pretrain', ...untrained); // and all before it
  const step = ['-e', 'paper', '-S', 'pretrain.steps=1'];
  const usage = join(folder, 'usage.txt');
  const program = [process.execPath, join(project.folder, 'bin/pipe.js'), 'run', 'pretrain', ...step];
  const { stderr } = await execa('/usr/bin/time', ['-f', '%M %U %S', '-o', usage, ...program], {
    cwd: project.folder,
    env: { NO_COLOR: '1' },
  });
  console.error(stderr);
  const [kibibytes, user, system] = (await readFile(usage, 'utf8')).trim().split(' ').map(Number) as [
    number,
    number,
    number,
  ];
  const { loss } = (JSON.parse(await fileOf(step, 'curves.json')) as { points: [{ loss: Losses }] })
    .points[0];
  const told = /a step takes ([\d.]+) s; at this rate (.*)/.exec(stderr);
  if (told === null) throw new Error('the run did not tell what a step takes');

  await writeBatch();
  await writeFile(join(folder, 'model.onnx'), await bytesOf(untrained, 'model.onnx'));
  const python = process.env['PIPE_BENCH_PYTHON'] ?? 'python3';
  const losses = join(import.meta.dirname, 'train-paper/losses.py');
  const peer = JSON.parse((await execa(python, [losses, folder, String(microBatch)])).stdout) as {
    exif: number;
    manipulation: number;
    seconds: number;
  };
  const differences = [loss['loss.exif'] - peer.exif, loss['loss.manipulation'] - peer.manipulation].map(
    Math.abs,
  );
  const holds = differences.every((difference) => difference < tolerance);
  if (!holds) process.exitCode = 1;
  report({
    suite: 'train-paper',
    case: `one step of -e paper: ResNet-50 ${size} px, batch ${batch} in micro-batches of ${microBatch}`,
    seconds: Number(told[1]),
    against: 'PyTorch, forward alone',
    againstSeconds: peer.seconds,
    note: `${((1024 * kibibytes) / 1e9).toFixed(1)} GB; ${told[2]}; ${(user + system).toFixed(0)} s of a processor in all; losses ${loss['loss.exif'].toFixed(6)} and ${loss['loss.manipulation'].toFixed(6)}, from PyTorch's by ${differences.map((difference) => difference.toExponential(1)).join(' and ')}${holds ? '' : ', TOO FAR'}`,
  });
} finally {
  await project.remove();
  await rm(folder, { recursive: true });
}

interface Losses {
  readonly 'loss.exif': number;
  readonly 'loss.manipulation': number;
}

async function pipe(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.pipe(...words);
  if (code !== 0) throw new Error(stdout + stderr);
  return stdout;
}

async function bytesOf(words: readonly string[], name: string, stage = 'pretrain'): Promise<Buffer> {
  return readFile(join(await folderOf(words, stage), name));
}

async function fileOf(words: readonly string[], name: string): Promise<string> {
  return (await bytesOf(words, name)).toString();
}

async function folderOf(words: readonly string[], stage: string): Promise<string> {
  const shown = await pipe('show', stage, ...words, '--json');
  return join(project.folder, (JSON.parse(shown) as { folder: string }).folder);
}

/** Made-up weights of the trunk, as EXIF-as-language's checkpoint names them, in the safetensors format. */
async function writeWeights(file: string): Promise<void> {
  const { weights, statistics } = initialParameters(layout, seed + 1);
  const header: Record<string, unknown> = {};
  const numbers: Buffer[] = [];
  let at = 0;
  for (const { parameters, views } of [weights, statistics])
    for (const [i, { name, shape }] of parameters.entries()) {
      if (name.startsWith('heads')) continue;
      const { buffer, byteOffset, byteLength } = views[i] as Float32Array;
      numbers.push(Buffer.from(buffer, byteOffset, byteLength));
      header[`model.visual.${name}`] = { dtype: 'F32', shape, data_offsets: [at, (at += byteLength)] };
    }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, ...numbers]));
}

/** The batch of the first step, for PyTorch. */
async function writeBatch(): Promise<void> {
  const index = join(await folderOf(['-e', 'paper'], 'ingest'), 'photos.json');
  const folders: string[] = [];
  for (let shard = 1; shard <= 64; shard++)
    folders.push(await folderOf(['-e', 'paper', '-S', `shard.photos=${shard}`], 'manipulate'));
  const source = await openFaces(index, folders);
  try {
    const { training } = splitHeldOut(source.faces, 0, seed);
    const loss = { exif: true, manipulation: true };
    const plan = { seed, batch, variants: source.variants.length, manipulated: true };
    const load = batchLoader({ layout, faces: training, source, loss, protocol: 'paper' }, plan);
    const { images, labels } = await load(0);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'images.bin'), images);
    await writeFile(join(folder, 'order.bin'), labels[orderName]?.data as Float32Array);
    await writeFile(join(folder, 'manipulated.bin'), labels[manipulatedName]?.data as Float32Array);
  } finally {
    await source.close();
  }
}
