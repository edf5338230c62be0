/** The radial power spectrum of a plane. */
import { logEnergy, type Plane } from './planes.ts';

/**
 * Log energies of a plane, its mean taken off and a Hann window laid on, in `bands` rings of equal width from
 * frequency 0 to the Nyquist frequency of an axis (0.5 cycles per px); the corners beyond belong to the last.
 * The energies add up to the variance of the windowed plane (Parseval).
 */
export function radialSpectrum(plane: Plane, bands: number): number[] {
  const { side } = plane;
  const power = powerSpectrum(windowed(plane), side);
  const columns = side / 2 + 1;
  const energies = new Float64Array(bands);
  for (let v = 0; v < side; v++)
    for (let u = 0; u < columns; u++) {
      const radius = Math.hypot(u, Math.min(v, side - v)) / side;
      const band = Math.min(bands - 1, Math.floor(2 * radius * bands));
      // A column and its mirror image hold the same energy; those at 0 and Nyquist are their own.
      const mirrored = u === 0 || 2 * u === side ? 1 : 2;
      energies[band] = (energies[band] as number) + mirrored * (power[v * columns + u] as number);
    }
  return Array.from(energies, logEnergy);
}

function windowed({ side, data }: Plane): Float64Array {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const hann = Float64Array.from(
    { length: side },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side),
  );
  return data.map(
    (value, i) => (value - mean) * (hann[Math.floor(i / side)] as number) * (hann[i % side] as number),
  );
}

/**
 * |DFT|² / S⁴ of a real plane of even side S: (S, S/2 + 1), frequencies of rows by frequencies of columns.
 * Two passes of plain sums: at 64 px a millisecond.
 */
function powerSpectrum(data: Float64Array, side: number): Float64Array {
  const columns = side / 2 + 1;
  const { cosines, sines } = waves(side);
  const real = new Float64Array(side * columns);
  const imaginary = new Float64Array(side * columns);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < columns; u++) {
      let re = 0;
      let im = 0;
      for (let x = 0, phase = 0; x < side; x++, phase += u) {
        if (phase >= side) phase -= side;
        const value = data[y * side + x] as number;
        re += value * (cosines[phase] as number);
        im -= value * (sines[phase] as number);
      }
      real[u * side + y] = re; // transposed, for the second pass
      imaginary[u * side + y] = im;
    }
  const power = new Float64Array(side * columns);
  for (let u = 0; u < columns; u++)
    for (let v = 0; v < side; v++) {
      let re = 0;
      let im = 0;
      for (let y = 0, phase = 0; y < side; y++, phase += v) {
        if (phase >= side) phase -= side;
        const a = real[u * side + y] as number;
        const b = imaginary[u * side + y] as number;
        const cos = cosines[phase] as number;
        const sin = sines[phase] as number;
        re += a * cos + b * sin;
        im += b * cos - a * sin;
      }
      power[v * columns + u] = (re * re + im * im) / side ** 4;
    }
  return power;
}

function waves(side: number): { cosines: Float64Array; sines: Float64Array } {
  const angle = (i: number): number => (2 * Math.PI * i) / side;
  return {
    cosines: Float64Array.from({ length: side }, (_, i) => Math.cos(angle(i))),
    sines: Float64Array.from({ length: side }, (_, i) => Math.sin(angle(i))),
  };
}
