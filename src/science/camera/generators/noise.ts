/** Noise of the wrong kind in the right amount: a generator has learnt how noise looks, not what it depends on. */
import type { Random } from '../../random.ts';
import { plane, type Planes } from '../planes.ts';

/** Shifts the picture by a random number of whole px in both directions; what leaves on one side enters on the other. */
export function shiftCyclically(random: Random, picture: Planes): void {
  const { size, channels } = picture;
  const across = random.integer(size);
  const down = random.integer(size);
  for (let channel = 0; channel < channels; channel++) {
    const values = plane(picture, channel);
    const before = values.slice();
    for (let y = 0; y < size; y++) {
      const row = ((y + down) % size) * size;
      for (let x = 0; x < size; x++) values[y * size + x] = before[row + ((x + across) % size)] as number;
    }
  }
}

/** Root of the mean square. */
export function deviationOf({ data }: Planes): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return Math.sqrt(sum / data.length);
}

/** Half of its colour gone: .5 of the noise and .6 of its mean over the channels. */
export function greyHalf(noise: Planes): void {
  const [red, green, blue] = [plane(noise, 0), plane(noise, 1), plane(noise, 2)] as const;
  for (let i = 0; i < red.length; i++) {
    const grey = 0.2 * ((red[i] as number) + (green[i] as number) + (blue[i] as number));
    for (const values of [red, green, blue]) values[i] = 0.5 * (values[i] as number) + grey;
  }
}

/** Mostly white: .6 of the noise and .8 of white noise of the same deviation. */
export function whiten(random: Random, noise: Planes): void {
  const deviation = deviationOf(noise);
  const { data } = noise;
  for (let i = 0; i < data.length; i++)
    data[i] = 0.6 * (data[i] as number) + 0.8 * deviation * random.normal();
}

/** Adds noise with `gain`, by `contrast` stronger in the middle of the picture, where the face is, than around it. */
export function addNoise(picture: Planes, noise: Planes, gain: number, contrast: number): void {
  const { size, channels, data } = picture;
  const pixels = size * size;
  const radiusSquared = (0.36 * size) ** 2;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const distanceSquared = (x - size / 2) ** 2 + (y - size / 2) ** 2;
      const inFace = 1 / (1 + Math.exp((distanceSquared - radiusSquared) / (0.15 * radiusSquared)));
      const weight = gain * (1 + contrast * (inFace - 0.5));
      for (let channel = 0; channel < channels; channel++) {
        const i = channel * pixels + y * size + x;
        data[i] = (data[i] as number) + weight * (noise.data[i] as number);
      }
    }
}
