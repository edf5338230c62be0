/** The head with hair, neck and shirt, painted pixel by pixel from the back to the front. */
import { headFrame, locateOnHead } from '../head-frame.ts';
import { smoothStep } from '../interval.ts';
import { emptyPlanes, type Planes } from '../planes.ts';
import type { Scene } from '../scene.ts';
import type { Brush } from './brush.ts';
import { paintEye } from './eyes.ts';
import { paintBehindHead, paintFrontHair } from './hair.ts';
import { paintMouth } from './mouth.ts';
import { paintSkin } from './skin.ts';

/** Linear red, green and blue weighted by the opacity, and the opacity: (4, size, size). Perspective as from `distance`, m. */
export function drawForeground(scene: Scene, size: number, distance: number): Planes {
  const picture = emptyPlanes(size, 4);
  const pixels = size * size;
  const { data } = picture;
  const brush = newBrush(scene, size, distance);
  const { paint } = brush;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      paintPixel(brush, x, y);
      const pixel = y * size + x;
      data[pixel] = paint.red;
      data[pixel + pixels] = paint.green;
      data[pixel + 2 * pixels] = paint.blue;
      data[pixel + 3 * pixels] = paint.opacity;
    }
  return picture;
}

function paintPixel(brush: Brush, x: number, y: number): void {
  const { frame, paint, point, edge } = brush;
  const { face } = frame;
  paint.red = paint.green = paint.blue = paint.opacity = 0;
  locateOnHead(frame, x, y, point);
  const inside = (1 - Math.sqrt(point.distance)) * Math.min(point.halfWidth, face.halfHeight);
  brush.headCover = smoothStep(-edge, edge, inside);
  if (brush.headCover < 1) paintBehindHead(brush);
  if (brush.headCover === 0) return;
  paintSkin(brush);
  paintEye(brush, face.eyes[0]);
  paintEye(brush, face.eyes[1]);
  paintMouth(brush);
  paintFrontHair(brush);
}

function newBrush(scene: Scene, size: number, distance: number): Brush {
  return {
    frame: headFrame(scene.face, size, distance),
    light: scene.light,
    edge: 1.8 / size,
    point: { u: 0, v: 0, turnedU: 0, halfWidth: 1, distance: 0 },
    paint: { red: 0, green: 0, blue: 0, opacity: 0 },
    headCover: 0,
    lambert: 0,
    shade: 0,
    skinRed: 0,
    skinGreen: 0,
    skinBlue: 0,
  };
}
