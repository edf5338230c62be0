/** The camera's file: JPEG with 4:2:0 colour, and the tags in EXIF 2.3 (CIPA DC-008) for photographs. */
import sharp, { type Exif } from 'sharp';
import type { CameraTags } from './settings.ts';

// Simulation keeps the processor's cores busy by itself, a picture at a time on each.
sharp.concurrency(1);

/** The maker written into every file, so that nobody takes one for a photograph. */
const maker = 'pipe simulator';

/** `image` is (size, size, 3) RGB; without `tags` the file has no EXIF. */
export function encodeJpeg(
  image: Uint8Array,
  size: number,
  quality: number,
  tags?: CameraTags,
): Promise<Buffer> {
  const picture = sharp(image, { raw: { width: size, height: size, channels: 3 } });
  const tagged = tags === undefined ? picture : picture.withExif(exif(tags));
  return tagged.jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** Rationals as cameras write them: f/2.8 as 28/10, a sixtieth as 1/60. */
function exif({ aperture, exposureTime, focalLength, iso }: CameraTags): Exif {
  return {
    IFD0: { Make: maker, Model: 'simulated camera', Software: maker },
    // The Exif sub-directory.
    IFD2: {
      ExposureTime: `1/${Math.round(1 / exposureTime)}`,
      FNumber: `${Math.round(10 * aperture)}/10`,
      ISOSpeedRatings: `${iso}`,
      FocalLength: `${focalLength}/1`,
    },
  };
}
