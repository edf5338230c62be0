import { join } from 'node:path';
import { openImageModel, type ImageModel } from '../../network/image-model.ts';
import { headsName } from '../../network/networks.ts';
import { splitHeldOut } from '../../ranking/batches.ts';
import { openFaces, type Face } from '../../ranking/faces.ts';
import { readHeldOut } from '../../ranking/held-out-file.ts';
import { tagCount, tagNames } from '../../ranking/labels.ts';
import type { Figure } from '../figures-page.ts';
import { rankingChart, type TagScores } from '../ranking-chart.ts';
import { drawCourse, readCourse } from './course.ts';
import { writeChart, type FiguresHost } from './write-chart.ts';

export interface PretrainingHost extends FiguresHost {
  readonly params: { readonly heldOut: number; readonly seed: number };
}

const batch = 100;

/** Training curves and what the heads learnt; without a step taken or a photograph held out the one or the other is left out. */
export async function drawPretraining(host: PretrainingHost): Promise<readonly Figure[]> {
  const { inputs, simulated } = host;
  const figures: Figure[] = [];
  const pretraining = inputs.one('pretraining').path;
  const course = await drawCourse(await readCourse(pretraining), host);
  if (course !== undefined) figures.push(course);
  const measured = await readHeldOut(pretraining);
  const scores = measured === undefined ? undefined : await heldOutScores(host);
  if (measured !== undefined && scores !== undefined)
    figures.push(
      await writeChart(host, rankingChart(scores, measured.ranking, simulated), {
        name: 'ranking',
        title: 'Ranking of camera settings',
        caption:
          'A dot for each photograph held out of pretraining: what its camera wrote, and what the head of that tag says. ' +
          'Only the order of the scores has a meaning.',
      }),
    );
  return figures;
}

async function heldOutScores({
  inputs,
  params,
  cpus,
  signal,
}: PretrainingHost): Promise<TagScores | undefined> {
  const source = await openFaces(
    join(inputs.one('index').path, 'photos.json'),
    inputs.all('manipulated').map(({ path }) => path),
  );
  let model: ImageModel | undefined;
  try {
    model = await openImageModel(join(inputs.one('pretraining').path, 'model.onnx'), { cpus });
    const { heldOut } = splitHeldOut(source.faces, params.heldOut, params.seed);
    if (heldOut.length === 0) return undefined;
    const scores = new Float32Array(heldOut.length * (tagCount + 1));
    for (let start = 0; start < heldOut.length; start += batch) {
      signal.throwIfAborted();
      const pictures = heldOut.slice(start, start + batch).map((face) => ({ face, variant: 0 }));
      scores.set(await model.run(await source.read(pictures), headsName), start * (tagCount + 1));
    }
    return byTag(heldOut, scores);
  } finally {
    await model?.close();
    await source.close();
  }
}

function byTag(faces: readonly Face[], scores: Float32Array): TagScores {
  const entries = tagNames.map((name, tag) => [
    name,
    {
      values: Float64Array.from(faces, ({ tags }) => tags[name]),
      scores: Float64Array.from(faces, (_, row) => scores[row * (tagCount + 1) + tag] as number),
    },
  ]);
  return Object.fromEntries(entries) as TagScores;
}
