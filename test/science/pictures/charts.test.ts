import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { componentsChart, componentsPoints } from '../../../src/science/pictures/components-chart.ts';
import {
  likelihoodChart,
  precisionRecallChart,
  rocChart,
} from '../../../src/science/pictures/detection-charts.ts';
import { draw, type Specification } from '../../../src/science/pictures/draw.ts';
import { embeddingChart } from '../../../src/science/pictures/embedding-chart.ts';
import { histogramOf, likelihoodRange } from '../../../src/science/pictures/histogram.ts';
import { lettersOf } from '../../../src/science/image/letters.ts';
import { labelPlaces } from '../../../src/science/pictures/line-labels.ts';
import { rankingChart } from '../../../src/science/pictures/ranking-chart.ts';
import { colours, darkStyle, inks } from '../../../src/science/pictures/theme.ts';
import { trainingChart } from '../../../src/science/pictures/training-chart.ts';
import { randomOf } from '../../../src/science/random.ts';
import type { EvaluationFile } from '../../../src/science/tables/evaluation-file.ts';

const normal = (name: string, count: number, mean = 0): Float64Array => {
  const random = randomOf(1, name);
  return Float64Array.from({ length: count }, () => mean + random.normal());
};

function evaluation(components: number, auc: number): EvaluationFile {
  const result = { acc: 0.6, ap: 0.7, auc };
  return {
    split: 'test',
    components,
    threshold: -1.5,
    realCount: 200,
    falseAlarmRate: 0.06,
    generators: [
      { name: 'StyleGAN2', count: 50, ...result },
      { name: '<Fancy & "odd">', count: 50, ...result },
    ],
    mean: result,
    withoutImages: [],
  };
}

const detections = {
  evaluation: evaluation(8, 0.8),
  real: normal('real', 200),
  generated: new Map([
    ['StyleGAN2', normal('a', 50, -2)],
    ['<Fancy & "odd">', normal('b', 50, -1)],
  ]),
};
const tag = {
  values: Float64Array.from(normal('tag', 60), Math.exp),
  scores: normal('tag', 60),
};
const curve = [
  { step: 20, epoch: 0, learningRate: 1e-3, loss: { 'loss.exif': 1.1, total: 1.1 } },
  { step: 40, epoch: 0, learningRate: 1e-4, loss: { 'loss.exif': 0.9, total: 0.9 } },
];
const measured = [
  { step: 20, ranking: { aperture: 0.51, iso: 0.6 }, manipulation: 0.5, score: 0.53 },
  { step: 43, ranking: { aperture: 0.62, iso: 0.7 }, manipulation: 0.71, score: 0.69 },
];
const charts: Readonly<Record<string, (simulated: boolean) => Specification>> = {
  components: (simulated) =>
    componentsChart(
      componentsPoints([evaluation(1, 0.7), evaluation(8, 0.8), evaluation(8, 0.9)]),
      simulated,
    ),
  embedding: (simulated) =>
    embeddingChart(
      [
        { x: 1, y: 2, source: 'photographic' },
        { x: -3, y: 1, source: 'LDM' },
      ],
      0.97,
      simulated,
    ),
  roc: (simulated) => rocChart(detections, simulated),
  precisionRecall: (simulated) => precisionRecallChart(detections, simulated),
  likelihoods: (simulated) => likelihoodChart(detections, simulated),
  ranking: (simulated) =>
    rankingChart(
      { aperture: tag, exposureTime: tag, focalLength: tag, iso: tag },
      {
        aperture: { share: 0.75, pairs: 9 },
        exposureTime: { share: 0.125, pairs: 9 },
        focalLength: { share: Number.NaN, pairs: 0 },
        iso: { share: 1, pairs: 9 },
      },
      simulated,
    ),
  training: (simulated) => trainingChart(curve, [], simulated),
  measuredTraining: (simulated) => trainingChart(curve, measured, simulated),
};

const schema = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8'),
) as object;
const valid = new Ajv({ strict: false, validateFormats: false }).compile(schema);

describe('every chart', () => {
  for (const [name, chart] of Object.entries(charts)) {
    it(`${name} is Vega-Lite by its schema`, () => {
      expect(valid(chart(false)) ? [] : valid.errors?.slice(0, 5)).toEqual([]);
    });

    it(`${name} says when its data are simulated`, () => {
      expect(JSON.stringify(chart(true).title)).toContain('Simulated data.');
      expect(JSON.stringify(chart(false).title)).not.toContain('imulated');
    });

    it(`${name} is drawn with equal bytes each time, its text as outlines`, async () => {
      const [one, two] = [await draw(chart(true), 'A <title>'), await draw(chart(true), 'A <title>')];
      expect(one.svg).toBe(two.svg);
      expect(one.png.equals(two.png)).toBe(true);
      expect(one.svg).not.toMatch(/<text|font-family|NaN|undefined|e-\d/);
      expect(one.svg).toContain('<title>A &lt;title&gt;</title>');
      const { width, height } = await sharp(one.png).metadata();
      const [, wide, high] = /<svg[^>]*width="(\d+)" height="(\d+)"/.exec(one.svg) ?? [];
      expect([width, height]).toEqual([2 * Number(wide), 2 * Number(high)]);
    });
  }
});

describe('the colours', () => {
  const [, darkPaper = ''] = /\[fill="#ffffff"\]\{fill:(#[0-9a-f]{6})\}/.exec(darkStyle) ?? [];

  it('of the data have a contrast of 3 to 1 on a white and on a dark page', () => {
    for (const colour of Object.values(colours)) {
      expect(contrast(colour, inks.paper)).toBeGreaterThan(3);
      const [, dark = ''] =
        new RegExp(`\\[fill="${colour}"\\]\\{fill:(#[0-9a-f]{6})\\}`).exec(darkStyle) ?? [];
      expect(contrast(dark, darkPaper)).toBeGreaterThan(3);
    }
  });

  it('of text have 4.5 to 1', () => {
    for (const ink of [inks.text, inks.faint]) {
      const [, dark = ''] = new RegExp(`\\[fill="${ink}"\\]\\{fill:(#[0-9a-f]{6})\\}`).exec(darkStyle) ?? [];
      expect(contrast(ink, inks.paper)).toBeGreaterThan(4.5);
      expect(contrast(dark, darkPaper)).toBeGreaterThan(4.5);
    }
  });
});

describe('the points of Fig. 4', () => {
  it('are a mean and a deviation where K was evaluated more than once', () => {
    const points = componentsPoints([evaluation(8, 0.8), evaluation(8, 0.9), evaluation(2, 0.7)]);
    expect(points.filter(({ metric }) => metric === 'AUC')).toEqual([
      { components: 2, metric: 'AUC', mean: 70, deviation: 0, count: 1 },
      { components: 8, metric: 'AUC', mean: 85, deviation: 7.0711, count: 2 },
    ]);
  });
});

describe('the names at the ends of lines', () => {
  it('stand at the values, and above one another where those are close', () => {
    const places = labelPlaces([70, 50, 71, 70.5], (value) => value, 100);
    expect(places).toEqual([
      { end: 50, at: 50 },
      { end: 70, at: 70 },
      { end: 70.5, at: 76 },
      { end: 71, at: 82 },
    ]);
  });
});

describe('the histogram', () => {
  it('holds every score once, those below its range in the first bar', () => {
    const scores = Float64Array.of(-1e6, ...normal('scores', 99));
    const range = likelihoodRange(normal('real', 100), [scores], -1.6);
    const bars = histogramOf(scores, range);
    expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(range.clipped).toBe(true);
    expect(range.low).toBeLessThan(-1.6);
    expect(bars[0]?.share).toBeGreaterThanOrEqual(0.01);
  });

  it('bears scores that are all the same', () => {
    const same = new Float64Array(5).fill(2);
    const range = likelihoodRange(same, [same], 2);
    expect(histogramOf(same, range)[0]?.share).toBe(1);
  });
});

describe('the letters', () => {
  it('have the widths of the type face', () => {
    expect(lettersOf('regular').width('KK', 1000)).toBeCloseTo(2 * 579, -1);
    expect(lettersOf('bold').width('wide', 10)).toBeGreaterThan(lettersOf('regular').width('wide', 10));
  });

  it('draw a box for a character that the type face lacks', () => {
    expect(lettersOf('regular').outline('漢', 0, 0, 10)).toMatch(/^M/);
  });
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
