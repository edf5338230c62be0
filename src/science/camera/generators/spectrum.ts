/** Spectrum matching: a generated picture gets a photograph's energy in the two highest bands, as trained generators do. */
import { gaussianBlur } from '../blur.ts';
import type { Planes } from '../planes.ts';

/**
 * Scales the bands of `picture` towards the energies of those of `photograph`, channel by channel, in three passes;
 * the gain is at most 3, `exactness` 1 goes all the way.
 */
export function matchSpectrum(picture: Planes, photograph: Planes, exactness: number): void {
  const wanted = bandEnergies(photograph, splitBands(photograph));
  for (let pass = 0; pass < 3; pass++) {
    const bands = splitBands(picture);
    const found = bandEnergies(picture, bands);
    const gains = wanted.map((energy, i) =>
      Math.min(3, (energy / ((found[i] as number) + 1e-9)) ** (0.5 * exactness)),
    );
    scaleBands(picture, bands, gains);
  }
}

/** The picture without its highest band, and without its two highest. */
interface Bands {
  readonly soft: Planes;
  readonly softer: Planes;
}

function splitBands(picture: Planes): Bands {
  return { soft: gaussianBlur(picture, 0.4), softer: gaussianBlur(picture, 0.8) };
}

/** Sums of squares: of the highest band, channel by channel, then of the second. */
function bandEnergies({ size, channels, data }: Planes, { soft, softer }: Bands): Float64Array {
  const pixels = size * size;
  const energies = new Float64Array(2 * channels);
  for (let channel = 0; channel < channels; channel++) {
    let highest = 0;
    let second = 0;
    for (let i = channel * pixels; i < (channel + 1) * pixels; i++) {
      const softened = soft.data[i] as number;
      highest += ((data[i] as number) - softened) ** 2;
      second += (softened - (softer.data[i] as number)) ** 2;
    }
    energies[channel] = highest;
    energies[channels + channel] = second;
  }
  return energies;
}

function scaleBands({ size, channels, data }: Planes, { soft, softer }: Bands, gains: Float64Array): void {
  const pixels = size * size;
  for (let channel = 0; channel < channels; channel++) {
    const highest = gains[channel] as number;
    const second = gains[channels + channel] as number;
    for (let i = channel * pixels; i < (channel + 1) * pixels; i++) {
      const softened = soft.data[i] as number;
      const base = softer.data[i] as number;
      data[i] = base + second * (softened - base) + highest * ((data[i] as number) - softened);
    }
  }
}
