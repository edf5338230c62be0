/** What the heads say of held-out photographs against what their cameras wrote, a panel a tag. */
import { tagWords } from '../exif/tag-words.ts';
import type { PairwiseAccuracy } from '../ranking/pairwise-accuracy.ts';
import type { HeldOutResult } from '../ranking/held-out.ts';
import { tagNames } from '../ranking/labels.ts';
import { heading, schema, shortened } from './charts.ts';
import type { Specification } from './draw.ts';
import { colours, inks } from './theme.ts';

/** Values of one tag and the head's scores, a photograph each. */
export type TagScores = Readonly<
  Record<(typeof tagNames)[number], { readonly values: Float64Array; readonly scores: Float64Array }>
>;

/** How an axis is named, and where it is marked, a step of the camera's scale each. */
const axes: Readonly<
  Record<(typeof tagNames)[number], { readonly title: string; readonly marks: readonly number[] }>
> = {
  aperture: { title: `${tagWords.aperture}, f-number`, marks: [1, 1.4, 2, 2.8, 4, 5.6, 8, 11, 16, 22, 32] },
  exposureTime: {
    title: `${tagWords.exposureTime}, s`,
    marks: [1 / 8000, 1 / 2000, 1 / 500, 1 / 125, 1 / 30, 1 / 8, 1 / 2, 2, 8, 30],
  },
  focalLength: {
    title: `${tagWords.focalLength}, mm`,
    marks: [4, 8, 12, 18, 24, 35, 50, 85, 135, 200, 300, 600],
  },
  iso: { title: tagWords.iso, marks: [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600] },
};

/** `accuracy`: as training measured it, since what the right order is depends on its protocol. */
export function rankingChart(
  tags: TagScores,
  accuracy: HeldOutResult['ranking'],
  simulated: boolean,
): Specification {
  const count = tags.iso.scores.length;
  return {
    $schema: schema,
    title: heading(
      'How camera settings are ranked',
      `${count} photographs held out of pretraining; pairs in the right order in per cent, chance is 50.`,
      simulated,
    ),
    columns: 2,
    bounds: 'flush', // so that panels and their titles stand in line, whatever their axes
    spacing: { row: 92, column: 76 },
    concat: tagNames.map((name) => panelOf(name, tags[name], accuracy[name])),
  };
}

function panelOf(
  name: (typeof tagNames)[number],
  { values, scores }: TagScores[typeof name],
  { share, pairs }: PairwiseAccuracy,
): Specification {
  const { title, marks } = axes[name];
  return {
    width: 240,
    height: 170,
    layer: [
      {
        data: {
          values: Array.from(values, (value, at) => ({
            value: shortened(value),
            score: shortened(scores[at] as number),
          })),
        },
        mark: { type: 'point', filled: true, size: 16, opacity: 0.45, color: colours.first },
        encoding: {
          x: {
            field: 'value',
            type: 'quantitative',
            title,
            scale: { type: 'log', nice: false, padding: 6 },
            axis: {
              values: marks,
              labelExpr:
                "datum.value < 0.4 ? '1/' + format(1 / datum.value, 'd') : format(datum.value, '~g')",
              grid: false,
              labelOverlap: 'greedy',
            },
          },
          y: {
            field: 'score',
            type: 'quantitative',
            title: 'score of the head',
            scale: { zero: false },
            axis: { tickCount: 5 },
          },
        },
      },
      // A title of Vega's own would stand higher where the axis has a label at its end.
      {
        data: { values: [{}] },
        mark: {
          type: 'text',
          text: `${tagWords[name]}: ${pairs === 0 ? 'no pair' : `${(100 * share).toFixed(1)} %`}`,
          x: 0,
          y: -12,
          align: 'left',
          fontSize: 13,
          fontWeight: 'bold',
          color: inks.text,
        },
      },
    ],
  };
}
