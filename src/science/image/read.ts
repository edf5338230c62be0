/**
 * Files to pixels: whatever a camera or a generator wrote becomes an upright 8-bit sRGB picture, or a failure that says
 * what was found. A file that is cut off or damaged fails, even where a decoder could fill the rest with grey.
 */
import { constants, open } from 'node:fs/promises';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { failed, success, type Failure, type Result } from '../../failure.ts';
import { discard, type Image } from './image.ts';
import { isStandardRgb } from './colour-profile.ts';
import { jpegProfile } from './jpeg.ts';
import { endsEarly, formatOf, hasEndOfJpeg, hasMorePages, isHevc, type ImageFormat } from './signature.ts';
import { alone, together } from './turns.ts';

sharp.concurrency(1); // threads for each picture: several are read at once

/** The decoder looks at all of them before it gives the first: 30 us each, and a file may hold millions. */
const mostPages = 10_000;
/** Less than this on a side holds no face. */
const minimumSide = 16; // px
const defaultMaximumPixels = 100_000_000;

export interface ReadOptions {
  /** Larger pictures fail with IMAGE_TOO_LARGE before they are decoded. */
  readonly maximumPixels?: number;
  /** Leaves the values as they are stored, where they need not be seen. Saves up to half of the time of a picture with a colour profile. */
  readonly ignoreProfile?: boolean;
}

/**
 * The picture in `file`: EXIF orientation applied, ICC profile and CMYK converted to sRGB, 16 bit reduced to 8, grey
 * spread over three channels, transparency laid over white, the first frame of an animation.
 *
 * Fails with IMAGE_NOT_AN_IMAGE, IMAGE_TRUNCATED, IMAGE_DAMAGED, IMAGE_UNSUPPORTED (a coding without decoder, as HEIC),
 * IMAGE_TOO_SMALL, IMAGE_TOO_LARGE, or IMAGE_UNREADABLE (permissions, vanished).
 */
export async function readImage(file: string, options: ReadOptions = {}): Promise<Result<Image>> {
  const bytes = await readImageFile(file);
  if (!bytes.ok) return bytes;
  const image = await decodeImage(bytes.value, file, options);
  discard(bytes.value);
  return image;
}

/** As `readImage`, of bytes already read; `place` is what failures name. */
export async function decodeImage(
  bytes: Buffer,
  place: string,
  options: ReadOptions = {},
): Promise<Result<Image>> {
  return decodeWith(bytes, place, options, (open) => pixelsOf(open(bytes)));
}

/** As 8-bit sRGB. */
export async function pixelsOf(picture: Sharp): Promise<Image> {
  const { data, info } = await picture
    .toColourspace('srgb')
    .flatten({ background: 'white' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}

/** More than this is no picture that a limit of pixels lets pass. */
const maximumBytes = 2 ** 30;

/** The bytes of `file`, or IMAGE_UNREADABLE, or IMAGE_TOO_LARGE. */
export async function readImageFile(file: string): Promise<Result<Buffer>> {
  try {
    const handle = await open(file, readingAtOnce);
    try {
      const entry = await handle.stat();
      if (!entry.isFile())
        return failed(unreadable(`it is ${entry.isDirectory() ? 'a folder' : 'no file'}`, file));
      const { size } = entry;
      return size > maximumBytes ? failed(fileTooLarge(size, file)) : success(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return failed(unreadable(reasons[code] ?? code, file));
  }
}

/** A pipe that nobody writes to is opened all the same. */
const readingAtOnce = constants.O_RDONLY | constants.O_NONBLOCK;

const goneFile = 'there is no such file';
const reasons: Readonly<Record<string, string>> = {
  ENOENT: goneFile,
  EACCES: 'permission denied',
  ELOOP: 'its symbolic links go round in a ring',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is a socket',
};

const unreadable = (reason: string, place: string): Failure => ({
  code: 'IMAGE_UNREADABLE',
  message: `cannot be read: ${reason}`,
  place,
});

/** Opens a picture, from its bytes or by the name of its file, upright unless told otherwise. */
export type OpenPicture = (input: Buffer | string, options?: Pick<SharpOptions, 'autoOrient'>) => Sharp;

/**
 * Hands `decode` what opens the picture in `bytes` strictly, and checks the size of what comes back; every failure
 * of the decoder becomes a `Failure`. `decode` may be called several times.
 */
export async function decodeWith<Decoded extends { readonly width: number; readonly height: number }>(
  bytes: Buffer,
  place: string,
  { maximumPixels = defaultMaximumPixels, ignoreProfile = false }: ReadOptions,
  decode: (open: OpenPicture) => Promise<Decoded>,
): Promise<Result<Decoded>> {
  const format = formatOf(bytes);
  if (format === undefined) return failed(notAnImage(bytes, place));
  if (format === 'JPEG' && !hasEndOfJpeg(bytes)) return failed(truncated(bytes, format, place));
  if (format === 'TIFF' && hasMorePages(bytes, mostPages)) return failed(tooManyPages(place));
  const ignoreIcc = ignoreProfile || (format === 'JPEG' && isStandardRgb(jpegProfile(bytes)));
  const attempt = (failOn: 'warning' | 'error'): Promise<Decoded> =>
    decode((input, options) =>
      sharp(input, {
        failOn,
        autoOrient: true,
        pages: 1,
        limitInputPixels: maximumPixels,
        ignoreIcc,
        ...options,
      }),
    );
  try {
    const decoded = await together(() => attempt('warning')).catch(() => alone(() => decodeAlone(attempt)));
    return Math.min(decoded.width, decoded.height) < minimumSide
      ? failed(tooSmall(decoded, place))
      : success(decoded);
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('Input file is missing')) return failed(unreadable(goneFile, place));
    if (message.includes('exceeds pixel limit')) return failed(await tooLarge(bytes, place, maximumPixels));
    // What is cut off before its directory is no known format to the decoder either.
    if (endsEarly(bytes, format, message)) return failed(truncated(bytes, format, place));
    if (format === 'HEIF' && isUnsupported(message)) return failed(unsupported(isHevc(bytes), place));
    return failed(damaged(format, message.trim().split('\n').at(-1) ?? '', place));
  }
}

/**
 * The outcome that is this picture's own. Level `warning` makes libjpeg's decoder fail on data broken in the middle, which
 * level `error` lets pass. But it also makes sharp fail on anything logged, as a colour profile that cannot be used: no
 * reason to refuse a picture.
 */
async function decodeAlone<Decoded>(
  attempt: (failOn: 'warning' | 'error') => Promise<Decoded>,
): Promise<Decoded> {
  await attempt('warning').catch(() => undefined); // takes what others have left in the list
  try {
    return await attempt('warning');
  } catch (error) {
    if ((error as Error).message.includes('Warning treated as error')) return attempt('error');
    throw error;
  }
}

const isUnsupported = (message: string): boolean =>
  /not been built in|unsupported (codec|feature|image format)|no decoding plugin/i.test(message);

const unsupported = (hevc: boolean, place: string): Failure => ({
  code: 'IMAGE_UNSUPPORTED',
  message: hevc
    ? "is an HEIC picture, whose coding (HEVC) sharp's own libvips cannot decode; convert it to JPEG or AVIF"
    : 'is a HEIF picture in a coding that cannot be decoded here',
  place,
  remedy:
    'convert it to JPEG, PNG, TIFF, WebP or AVIF (`heif-convert`, `sips -s format jpeg`), or set up sharp with a libvips that has libheif and libde265',
});

const tooManyPages = (place: string): Failure => ({
  code: 'IMAGE_TOO_LARGE',
  message: `is a TIFF of more than ${mostPages} pages; expected one picture`,
  place,
});

const truncated = (bytes: Buffer, format: ImageFormat, place: string): Failure => ({
  code: 'IMAGE_TRUNCATED',
  message: `is a ${format} that ends early, after ${bytes.length} bytes`,
  place,
});

const damaged = (format: ImageFormat, reason: string, place: string): Failure => ({
  code: 'IMAGE_DAMAGED',
  message: `is a ${format} whose data is damaged: ${reason}`,
  place,
});

function notAnImage(bytes: Buffer, place: string): Failure {
  const found =
    bytes.length === 0 ? 'is empty' : `begins with ${JSON.stringify(bytes.toString('latin1', 0, 12))}`;
  return {
    code: 'IMAGE_NOT_AN_IMAGE',
    message: `${found}; expected a JPEG, PNG, TIFF, WebP, GIF or AVIF picture`,
    place,
  };
}

function tooSmall({ width, height }: { width: number; height: number }, place: string): Failure {
  return {
    code: 'IMAGE_TOO_SMALL',
    message: `is ${width} x ${height} px; expected at least ${minimumSide} px a side`,
    place,
  };
}

const fileTooLarge = (size: number, place: string): Failure => ({
  code: 'IMAGE_TOO_LARGE',
  message: `is a file of ${size} bytes; expected at most ${maximumBytes}`,
  place,
});

async function tooLarge(bytes: Buffer, place: string, maximumPixels: number): Promise<Failure> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `is ${width} x ${height} px; expected at most ${maximumPixels} pixels`,
    place,
    remedy: 'make the picture smaller, or raise the limit of pixels',
  };
}
