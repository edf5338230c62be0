/**
 * `-e paper` from end to end on miniature trees of the data sets' exact layouts: 224 px, ResNet-50, 768 features, few images.
 * Not a race: it prints what every node took, and fails where the run does. The pictures are the simulator's, far too few to
 * learn from. `npm run bench -- paper [--reference] [--ablations] [--json]`
 */
import { join } from 'node:path';
import { families } from '../src/science/camera/generators/families.ts';
import { simulateGeneratedFace } from '../src/science/camera/generators/generated.ts';
import { simulatePhoto } from '../src/science/camera/photo.ts';
import { readNpy } from '../src/science/array/npy.ts';
import { encode, writeAt, writeFdfTree } from './paper/fdf-tree.ts';
import { copyOfThisProject } from '../test/e2e/paper-project.ts';
import { report } from './measure.ts';

const counts = { photos: 48, faces: 60, generated: 4 };
const overrides = [
  'data.weights=null',
  'pretrain.microBatch=null',
  'ingest.limit=40',
  'landmarks.minimumConfidence=0.05', // simulated faces are no photographs
  'pretrain.epochs=1',
  'pretrain.batch=8',
  'pretrain.heldOut=8',
  'features.batch=16',
  'features.split={ validation: 8, test: 10, generatedValidation: 0.25, generatedTest: 5000 }',
].flatMap((override) => ['-S', override]);
const target = process.argv.includes('--ablations') ? 'ablations' : 'evaluate';
const experiment = process.argv.includes('--reference') ? 'reference' : 'paper';

/** Where the folders of some generators lie as they are handed out. */
const collections: Readonly<Record<string, string>> = {
  LDM: 'DiffusionFace/',
  DDIM: 'DiffusionFace/',
  SDXL: 'DiFF/',
  HPS: 'DiFF/',
  Midjourney: 'DiFF/',
};

const project = await copyOfThisProject();
try {
  await writeData(join(project.folder, 'data'));
  const check = await project.pipe('data', 'check', '-e', experiment, ...overrides);
  if (check.code !== 0) throw new Error(check.stdout + check.stderr);
  const started = performance.now();
  const run = await project.pipe('run', target, '-e', experiment, ...overrides, '--json');
  const seconds = (performance.now() - started) / 1000;
  const events = run.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  if (run.code !== 0) {
    const failures = events.filter(({ kind }) => kind === 'node-failed');
    throw new Error(`${run.stderr}\n${JSON.stringify(failures)}`);
  }
  const finished = events.filter(({ kind }) => kind === 'node-finished');
  for (const { node, seconds } of finished) console.error(`${String(node)}  ${String(seconds)} s`);
  const shown = await project.pipe('show', 'features', '-e', experiment, ...overrides, '--json');
  const { folder } = JSON.parse(shown.stdout) as { folder: string };
  const { shape } = await readNpy(join(project.folder, folder, 'train/features.npy'), '<f4');
  const note = `-e ${experiment}: ${finished.length} nodes at 224 px, features of ${shape.join(' x ')}; no peer`;
  report({ suite: 'paper', case: target, seconds, against: 'limit', againstSeconds: seconds, note });
} finally {
  await project.remove();
}

async function writeData(root: string): Promise<void> {
  await writeFdfTree(join(root, 'FDF'), counts.photos);
  for (let i = 0; i < counts.faces; i++) {
    const { image } = simulatePhoto(3, i, 'faces', 256);
    await writeAt(
      root,
      `CelebA-HQ/celeba_hq_256/${String(i).padStart(5, '0')}.jpg`,
      await encode(image, 256, 'jpeg'),
    );
  }
  for (const family of families)
    for (let j = 0; j < counts.generated; j++) {
      const { image } = simulateGeneratedFace(3, family, 'test', j, 256);
      await writeAt(
        root,
        `generated/${collections[family.folder] ?? ''}${family.folder}/${j}.png`,
        await encode(image, 256, 'png'),
      );
    }
}
