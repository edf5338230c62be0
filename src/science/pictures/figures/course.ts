/** The course of a training as a picture and as a table, from the `curves.json` that `pretrain` writes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tagWords } from '../../exif/tag-words.ts';
import { tagNames } from '../../exif/tags.ts';
import type { CurvePoint } from '../../ranking/curve.ts';
import { bestOf, type Measurement } from '../../ranking/held-out-course.ts';
import { countColumn, numberColumn, textColumn } from '../../tables/columns.ts';
import { percent, type Table } from '../../tables/table.ts';
import type { Figure } from '../figures-page.ts';
import { trainingChart } from '../training-chart.ts';
import { writeChart, type FiguresHost } from './write-chart.ts';

export interface Course {
  /** Empty where no step was taken. */
  readonly points: readonly CurvePoint[];
  /** Empty where nothing was measured during the training. */
  readonly heldOut: readonly Measurement[];
}

export async function readCourse(pretraining: string): Promise<Course> {
  return JSON.parse(await readFile(join(pretraining, 'curves.json'), 'utf8')) as Course;
}

/** `training.svg` and so on; undefined where no step was taken. */
export async function drawCourse(
  { points, heldOut }: Course,
  host: Pick<FiguresHost, 'output' | 'simulated' | 'signal'>,
): Promise<Figure | undefined> {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  return writeChart(host, trainingChart(points, heldOut, host.simulated), {
    name: 'training',
    title: 'Training curves',
    caption: [
      `${last.step} steps of pretraining; the loss at the end is ${last.loss['total']?.toFixed(3)}.`,
      ...measuredInWords(heldOut),
    ].join(' '),
  });
}

function measuredInWords(heldOut: readonly Measurement[]): readonly string[] {
  const last = heldOut.at(-1);
  if (last === undefined) return [];
  const { step, ranking, manipulation } = last;
  const shares = tagNames.flatMap((tag) => {
    const share = ranking[tag];
    return share === undefined ? [] : [`${tagWords[tag]} ${percent(share).toFixed(1)}`];
  });
  const parts = [
    ...(shares.length === 0 ? [] : [`pairs of photographs in the right order: ${shares.join(', ')}`]),
    ...(manipulation === null
      ? []
      : [`AUC of the manipulations against the originals: ${percent(manipulation).toFixed(1)}`]),
  ];
  return [`On faces held out, after step ${step}, per cent: ${parts.join('; ')}. 50 is chance.`];
}

/** A row for each measurement; undefined where there is none. */
export function courseTable({ points, heldOut }: Course): Table | undefined {
  const [first] = heldOut;
  if (first === undefined) return undefined;
  const best = bestOf(heldOut);
  const column = (header: string, of: (measurement: Measurement) => number | null | undefined) => {
    const values = heldOut.map((measurement) => of(measurement) ?? undefined);
    return values.every((value) => value === undefined)
      ? []
      : [
          numberColumn(
            header,
            values.map((value) => (value === undefined ? undefined : percent(value))),
            'down',
          ),
        ];
  };
  return {
    name: 'held-out',
    series: true,
    title: 'On faces held out, during the training',
    caption:
      'Per cent: pairs of photographs in the right order for each tag, the mean AUC of the manipulations against the ' +
      'originals, and the mean of the two, which early stopping goes by. 50 is chance.',
    columns: [
      countColumn(
        'Step',
        heldOut.map(({ step }) => step),
      ),
      ...tagNames.flatMap((tag) => column(tagWords[tag], ({ ranking }) => ranking[tag])),
      ...column('manipulation', ({ manipulation }) => manipulation),
      ...column('mean', ({ score }) => score),
      lossColumn(points, heldOut),
      textColumn(
        '',
        heldOut.map((measurement) => (measurement === best ? 'best' : '')),
      ),
    ],
    records: [],
  };
}

/** The mean over the steps of the point that a measurement lies on, or of the last one before it. */
const lossColumn = (
  points: readonly CurvePoint[],
  heldOut: readonly Measurement[],
): Table['columns'][number] => ({
  kind: 'number',
  header: 'loss',
  role: 'value',
  decimals: 3,
  direction: 'lower',
  cells: heldOut.map(
    ({ step }) => (points.find((point) => point.step >= step) ?? points.at(-1))?.loss['total'] ?? null,
  ),
});
