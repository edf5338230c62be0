/** Procedural texture: smooth value noise on a lattice that repeats after 256 cells (Perlin's fractal sum over octaves). */
import { randomOf } from '../random.ts';

const cells = 256;
const lattice = makeLattice();

/** Smooth noise in [0, 1) with one random value for each unit cell. */
export function valueNoise(x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const acrossLinear = x - column;
  const downLinear = y - row;
  const across = acrossLinear * acrossLinear * (3 - 2 * acrossLinear);
  const down = downLinear * downLinear * (3 - 2 * downLinear);
  const left = column & 255;
  const right = (column + 1) & 255;
  const top = (row & 255) << 8;
  const bottom = ((row + 1) & 255) << 8;
  const topLeft = lattice[top + left] as number;
  const bottomLeft = lattice[bottom + left] as number;
  const upper = topLeft + ((lattice[top + right] as number) - topLeft) * across;
  const lower = bottomLeft + ((lattice[bottom + right] as number) - bottomLeft) * across;
  return upper + (lower - upper) * down;
}

/** Value noise around 0, summed over `octaves` of doubling frequency and halving strength; within +-.5. */
export function fractalNoise(x: number, y: number, octaves: number): number {
  let sum = 0;
  let strength = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * (valueNoise(x, y) - 0.5);
    x = 2 * x + 17.3;
    y = 2 * y + 9.1;
    strength *= 0.5;
  }
  return sum;
}

function makeLattice(): Float32Array {
  const random = randomOf('texture lattice');
  return Float32Array.from({ length: cells * cells }, () => random.uniform());
}
