/**
 * A control: 29 hand-made statistics of noise and spectrum in place of learnt features, in the tradition of image
 * forensics. All are finite for any image, a constant one included.
 */
import { blockGrid } from './block-grid.ts';
import { autocorrelation, correlation, logKurtosis, noiseByBrightness } from './noise.ts';
import { logEnergy, meanProduct, planesOf, residual, type Plane } from './planes.ts';
import { radialSpectrum } from './spectrum.ts';

/** What the numbers of `imageStatistics` are, in their order. */
export const statisticNames: readonly string[] = [
  // Log energy of the high-pass residual of each channel and of the chroma planes.
  ...['red', 'green', 'blue', 'chromaBlue', 'chromaRed'].map((plane) => `highPass.${plane}`),
  // Correlation of the channels' residuals: a mosaic sensor and its demosaicing tie them together.
  'correlation.redGreen',
  'correlation.greenBlue',
  'correlation.blueRed',
  // Heaviness of the tails of the luma residual.
  'kurtosis.luma',
  // Log energy of the luma residual in fifths of the pixels, from the darkest.
  ...[1, 2, 3, 4, 5].map((fifth) => `brightness.${fifth}`),
  // Correlation of the luma residual with its neighbour to the right, below, and on the diagonal.
  'autocorrelation.right',
  'autocorrelation.down',
  'autocorrelation.diagonal',
  // Log energy of the luma in ten rings of the spectrum, from the lowest frequencies.
  ...Array.from({ length: 10 }, (_, band) => `spectrum.${band + 1}`),
  // Steps at the borders of JPEG's blocks.
  'blockGrid.columns',
  'blockGrid.rows',
];

/** `image`: (S, S, 3) uint8 RGB with an even S of at least 16. Returns one number for each of `statisticNames`. */
export function imageStatistics(image: Uint8Array, side: number): number[] {
  const planes = planesOf(image, side);
  const red = residual(planes.red);
  const green = residual(planes.green);
  const blue = residual(planes.blue);
  const luma = residual(planes.luma);
  return [
    ...[red, green, blue, residual(planes.chromaBlue), residual(planes.chromaRed)].map(energy),
    correlation(red, green),
    correlation(green, blue),
    correlation(blue, red),
    logKurtosis(luma),
    ...noiseByBrightness(luma, planes.luma),
    autocorrelation(luma, 1, 0),
    autocorrelation(luma, 0, 1),
    autocorrelation(luma, 1, 1),
    ...radialSpectrum(planes.luma, 10),
    blockGrid(planes.luma, 'columns'),
    blockGrid(planes.luma, 'rows'),
  ];
}

const energy = ({ data }: Plane): number => logEnergy(meanProduct(data, data));
