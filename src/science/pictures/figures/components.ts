import type { StageInput } from '../../../stage.ts';
import { readEvaluation } from '../../tables/evaluation-file.ts';
import { componentsChart, componentsPoints } from '../components-chart.ts';
import type { Figure } from '../figures-page.ts';
import { writeChart, type FiguresHost } from './write-chart.ts';

/** Fig. 4; nothing where no number of components was tried. */
export async function drawComponents(
  points: readonly StageInput[],
  host: FiguresHost,
): Promise<readonly Figure[]> {
  if (points.length === 0) return [];
  const evaluations = await Promise.all(points.map(({ path }) => readEvaluation(path)));
  const places = componentsPoints(evaluations);
  const best = places.filter(({ metric }) => metric === 'AUC').toSorted((a, b) => b.mean - a.mean)[0];
  const runs = Math.max(...places.map(({ count }) => count));
  return [
    await writeChart(host, componentsChart(places, host.simulated), {
      name: 'components',
      title: 'Fig. 4: number of components',
      caption:
        `Acc, AP and AUC on the validation set over K. ` +
        (best === undefined
          ? ''
          : `The AUC is highest at K = ${best.components}, ${best.mean.toFixed(1)} %. `) +
        (runs > 1 ? `Bars: a standard deviation over ${runs} runs.` : 'One run for each K.'),
    }),
  ];
}
