/** What is behind the head: blotches, bricks, foliage or lamps in the dark. Parts look smaller the farther away they are. */
import { clamp, smoothStep } from '../interval.ts';
import { emptyPlanes, type Planes } from '../planes.ts';
import { frameWidth, type Backdrop, type Scene } from '../scene.ts';
import { fractalNoise, valueNoise } from '../texture.ts';

/** Linear RGB, sharp. Only where `visible` (size * size, 1 or 0) says so; black elsewhere. */
export function drawBackdrop(scene: Scene, size: number, visible: Uint8Array): Planes {
  const { backdrop, backdropDistance, subjectDistance } = scene;
  const picture = emptyPlanes(size, 3);
  const { data } = picture;
  const pixels = size * size;
  // Parts per half frame: the frame is wider at the backdrop than at the face.
  const frequency = ((frameWidth / 2 / backdrop.grain) * backdropDistance) / subjectDistance;
  const cosine = Math.cos(backdrop.angle) * frequency;
  const sine = Math.sin(backdrop.angle) * frequency;
  const [lightRed, lightGreen, lightBlue] = backdrop.light;
  const [darkRed, darkGreen, darkBlue] = backdrop.dark;
  for (let y = 0; y < size; y++) {
    const pictureY = ((y + 0.5) * 2) / size - 1;
    // Brighter above than below.
    const shade = 0.8 * (1 - 0.125 * pictureY);
    for (let x = 0; x < size; x++) {
      const pixel = y * size + x;
      if (visible[pixel] === 0) continue;
      const pictureX = ((x + 0.5) * 2) / size - 1;
      const across = pictureX * cosine - pictureY * sine + backdrop.textureOffset;
      const down = pictureX * sine + pictureY * cosine + 0.7 * backdrop.textureOffset;
      const light = pattern(backdrop, across, down, (2 * frequency) / size);
      const dark = 1 - Math.min(light, 1);
      data[pixel] = Math.max(0.003, (lightRed * light + darkRed * dark) * shade);
      data[pixel + pixels] = Math.max(0.003, (lightGreen * light + darkGreen * dark) * shade);
      data[pixel + 2 * pixels] = Math.max(0.003, (lightBlue * light + darkBlue * dark) * shade);
    }
  }
  return picture;
}

/** How light the pattern is at a place, in its own cells; `step` is a pixel's width in cells. */
function pattern({ kind }: Backdrop, x: number, y: number, step: number): number {
  switch (kind) {
    case 'blotches':
      return 0.5 + 0.9 * fractalNoise(x, y, 5);
    case 'bricks':
      return bricks(x, y, step);
    case 'foliage':
      return clamp(0.5 + 1.6 * fractalNoise(1.5 * x, 1.5 * y, 6), 0, 1);
    case 'lamps': {
      const lamp = valueNoise(1.2 * x, 1.2 * y);
      return 0.15 + 0.3 * fractalNoise(0.4 * x, 0.4 * y, 3) + Math.max(0, lamp - 0.82) * 14;
    }
  }
}

/** Rows of two by one, every other row shifted by half a brick; the joints soften with distance. */
function bricks(x: number, y: number, step: number): number {
  const row = Math.floor(y);
  const along = 0.5 * x + 0.5 * (row & 1);
  const inBrick = along - Math.floor(along);
  const inRow = y - row;
  const softness = Math.min(1.6 * step, 0.45);
  const vertical = smoothStep(0, 0.08 + softness, inBrick) * smoothStep(0, 0.08 + softness, 1 - inBrick);
  const horizontal = smoothStep(0, 0.1 + softness, inRow) * smoothStep(0, 0.1 + softness, 1 - inRow);
  return 0.8 * vertical * horizontal + 0.4 * fractalNoise(2 * x, 2 * y, 3) + 0.05;
}
