/** Flickr Diverse Faces in small, in its exact layout: faces of the simulator, and the settings of the cameras that took them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { simulatePhoto } from '../../src/science/camera/photo.ts';

const side = 128; // px, as FDF has them

/** `fdf_metainfo.json`, `images/128/0.png`..., `exif/7000.json`... below `root`. */
export async function writeFdfTree(root: string, count: number): Promise<void> {
  const metainfo: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const { image, tags, box } = simulatePhoto(3, i, 'photos', side);
    await writeAt(root, `images/${side}/${i}.png`, await encode(image, side, 'png'));
    const shares = [box.x, box.y, box.x + box.width, box.y + box.height].map((value) => value / side);
    metainfo[i] = {
      bounding_box: shares,
      license: 'Attribution License',
      license_url: 'http://creativecommons.org/licenses/by/2.0/',
      photo_url: `http://www.flickr.com/photos/nobody/${7000 + i}/`,
    };
    const exif = {
      'Aperture Value': `F${tags.aperture}`,
      'Exposure Time': `${tags.exposureTime} sec`,
      'Focal Length': `${tags.focalLength} mm`,
      'ISO Speed Ratings': String(tags.iso),
    };
    await writeAt(root, `exif/${7000 + i}.json`, JSON.stringify({ EXIF: exif }));
  }
  await writeAt(root, 'fdf_metainfo.json', JSON.stringify(metainfo));
}

export async function writeAt(root: string, path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

export function encode(data: Uint8Array, side: number, format: 'png' | 'jpeg'): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(data, { raw }).toFormat(format).toBuffer();
}
