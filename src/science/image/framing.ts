/** Which part of a picture becomes the network's input, as the parameters `crop` say. */

/** In px; a pixel is the square [i, i+1). May reach beyond the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Crop {
  /**
   * `image`: the largest square in the middle of the picture; `face`: the square around the face's box; `whole`: all of the
   * picture, which is stretched to a square whatever its shape.
   */
  readonly from: 'image' | 'face' | 'whole';
  /** Multiplies the sides of that box about its centre. */
  readonly margin: number;
  /**
   * Where the box reaches beyond the picture: `extend` lets the picture's edge go on outwards, so that the face keeps its shape; `clip`
   * cuts the box at the picture's border, and what is left, square or not, is stretched to a square.
   */
  readonly beyond: 'extend' | 'clip';
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a picture of that size that `crop` asks for; `face` is the face's box, needed where `crop.from` is `face`. */
export function frameOf(picture: Size, crop: Crop, face?: Box): Box {
  const box = boxOf(picture, crop, face);
  return crop.beyond === 'clip' ? clipped(box, picture) : box;
}

function boxOf(picture: Size, { from, margin }: Crop, face: Box | undefined): Box {
  switch (from) {
    case 'whole':
      return resized(
        { x: 0, y: 0, width: picture.width, height: picture.height },
        picture.width * margin,
        picture.height * margin,
      );
    case 'image': {
      const square = centredSquare(picture);
      return resized(square, square.width * margin, square.width * margin);
    }
    case 'face':
      if (face === undefined) throw new TypeError('a crop from the face needs its box');
      return squareAround(face, margin);
  }
}

/** The square with the box's centre and `margin` times its longer side. */
export function squareAround(box: Box, margin: number): Box {
  const side = Math.max(box.width, box.height) * margin;
  return resized(box, side, side);
}

/** At whole pixels, so that a picture whose sides differ by an odd number is not shifted by half a pixel. */
function centredSquare({ width, height }: Size): Box {
  const side = Math.min(width, height);
  return {
    x: Math.floor((width - side) / 2),
    y: Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
}

/** The box of that size with the centre of the given one. */
const resized = (box: Box, width: number, height: number): Box => ({
  x: box.x + (box.width - width) / 2,
  y: box.y + (box.height - height) / 2,
  width,
  height,
});

/** The part of `box` within the picture; one that lies outside keeps its place and is left as it is. */
function clipped(box: Box, picture: Size): Box {
  const left = Math.max(box.x, 0);
  const top = Math.max(box.y, 0);
  const width = Math.min(box.x + box.width, picture.width) - left;
  const height = Math.min(box.y + box.height, picture.height) - top;
  return width > 0 && height > 0 ? { x: left, y: top, width, height } : box;
}
