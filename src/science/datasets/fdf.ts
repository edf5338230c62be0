/**
 * Flickr Diverse Faces (Hukkelås, Mester and Lindseth, 2019) with the EXIF of its photographs, as the paper uses it:
 *
 * - `fdf_metainfo.json`: by index, the face's box in shares of the picture, licence, author and page of the photograph;
 * - `images/SIZE/INDEX.png`: the faces; of several sizes the largest is taken;
 * - `exif/PHOTO_ID.json`: `{ "EXIF": { "Aperture Value": "F2.8", ... } }` of the photograph on Flickr;
 * - `names.json`, if there: photo ids by index, `{ "12": "3057384211" }`; else the id is in the photograph's address.
 *
 * Or as the paper's authors keep it: the first two in `FDF/data/fdf/`, the third in `fdf_ccby2_exif_update_filtered_v2/`.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import type { Box } from '../image/framing.ts';
import { listFiles, listFolders } from './folder.ts';
import { readJsonEntries } from './json-entries.ts';
import type { Licence, PassedOver, PhotoSource, SourceOptions, SourcePhoto } from './photo-source.ts';

/**
 * The faces whose photograph has EXIF, with what is said of them. One file is looked through, of which one entry is in
 * memory at a time, and two folders are listed; no picture is opened.
 * Fails with FDF_INCOMPLETE where a part is missing, FDF_ENTRY where an entry is not understood, and as `readJsonEntries` does.
 */
export async function listFdf(
  folder: string,
  { licences, signal }: Pick<SourceOptions, 'licences' | 'signal'>,
): Promise<PhotoSource> {
  const within = await findMetainfo(folder);
  const metainfo = join(folder, within, 'fdf_metainfo.json');
  const images = await imagesByIndex(folder, `${within}images`);
  const exif = await exifFiles(folder);
  const names = await readNames(join(folder, 'names.json'), signal);

  const photos: SourcePhoto[] = [];
  const passedOver = new Map<PassedOver['code'], PassedOver>();
  const passOver = (code: PassedOver['code'], id: string): void => {
    const known = passedOver.get(code);
    passedOver.set(code, { code, count: (known?.count ?? 0) + 1, first: known?.first ?? id });
  };
  const described = new Set<string>();
  for await (const [index, entry] of readJsonEntries(metainfo, signal)) {
    if (described.has(index)) throw describedTwice(index, metainfo);
    described.add(index);
    const id = images.get(index);
    if (id === undefined) {
      passOver('IMAGE_MISSING', index);
      continue;
    }
    const face = readEntry(entry, index, metainfo);
    const photoId = names?.get(index) ?? face.photoId;
    const exifFile = photoId === undefined ? undefined : exif.get(photoId);
    if (exifFile === undefined) passOver('EXIF_MISSING', id);
    else if (licences !== undefined && !allows(licences, face.licence)) passOver('LICENCE_OTHER', id);
    else
      photos.push({
        id,
        exif: exifFile,
        face: face.box,
        ...(face.licence && { licence: face.licence }),
      });
  }
  for (const [index, id] of images) if (!described.has(index)) passOver('ENTRY_MISSING', id);
  return {
    photos: photos.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    passedOver: [...passedOver.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

/** The folder with `fdf_metainfo.json`, relative to `folder`, with a slash behind it. */
async function findMetainfo(folder: string): Promise<string> {
  for (const within of ['', 'data/fdf/', 'FDF/data/fdf/'])
    if (await exists(join(folder, within, 'fdf_metainfo.json'))) return within;
  throw incomplete(folder, 'fdf_metainfo.json');
}

/** Ids by index, of the largest size there is, in the order of the ids. */
async function imagesByIndex(folder: string, root: string): Promise<ReadonlyMap<string, string>> {
  const sizes = (await listFolders(join(folder, root)).catch(() => []))
    .filter((name) => /^\d+$/.test(name))
    .toSorted((a, b) => Number(b) - Number(a));
  const [size] = sizes;
  if (size === undefined) throw incomplete(folder, `${root}/128/0.png and its like`);
  const files = await listFiles(join(folder, root, size));
  const named = files.flatMap((file): [string, string][] => {
    const index = /^(\d+)\.(?:png|jpe?g)$/i.exec(file)?.[1];
    return index === undefined ? [] : [[index, `${root}/${size}/${file}`]];
  });
  if (named.length === 0) throw incomplete(folder, `${root}/${size}/0.png and its like`);
  return new Map(named.toSorted(([, a], [, b]) => (a < b ? -1 : 1)));
}

/** Paths by photo id. */
async function exifFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const root = (await listFolders(folder)).find((name) => /exif/i.test(name)) ?? 'exif';
  const files = await listFiles(join(folder, root)).catch(() => []);
  const named = files.filter((file) => file.endsWith('.json'));
  if (named.length === 0) throw incomplete(folder, 'exif/ with a file PHOTO_ID.json for each photograph');
  return new Map(named.map((file) => [file.slice(0, -'.json'.length), `${root}/${file}`]));
}

async function readNames(file: string, signal?: AbortSignal): Promise<Map<string, string> | undefined> {
  if (!(await exists(file))) return undefined;
  const names = new Map<string, string>();
  for await (const [index, photoId] of readJsonEntries(file, signal)) names.set(index, String(photoId));
  return names;
}

const describedTwice = (index: string, file: string): FailureError =>
  new FailureError({
    code: 'FDF_ENTRY',
    message: `has two entries ${JSON.stringify(index)}; expected one of each face`,
    place: file,
    remedy: 'unpack or download it again',
  });

interface Entry {
  readonly box: Box;
  readonly photoId: string | undefined;
  readonly licence: Licence | undefined;
}

function readEntry(entry: unknown, index: string, file: string): Entry {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<
    Record<string, unknown>
  >;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const box = boxOf(fields['bounding_box']);
  if (box === undefined)
    throw new FailureError({
      code: 'FDF_ENTRY',
      message: `entry ${JSON.stringify(index)} has the bounding_box ${shorten(JSON.stringify(fields['bounding_box']))}; expected [xmin, ymin, xmax, ymax] in shares of the picture`,
      place: file,
    });
  const source = text('photo_url');
  return { box, photoId: /\/photos\/[^/]+\/(\d+)/.exec(source ?? '')?.[1], licence: licenceOf(text) };
}

function licenceOf(text: (name: string) => string | undefined): Licence | undefined {
  const url = text('license_url');
  const name = text('license') ?? url;
  if (name === undefined) return undefined;
  const author = text('author');
  const source = text('photo_url');
  return { name, ...(url && { url }), ...(author && { author }), ...(source && { source }) };
}

function boxOf(value: unknown): Box | undefined {
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const [left, top, right, bottom] = value as [number, number, number, number];
  // Boxes may reach a little beyond the picture; numbers far above 1 are pixels.
  if (!value.every((each) => Number.isFinite(each) && Math.abs(each as number) <= 2)) return undefined;
  if (right <= left || bottom <= top) return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** By name or address, whichever case; addresses with or without their scheme's s and last slash. */
function allows(licences: readonly string[], licence: Licence | undefined): boolean {
  return licences.some((wanted) =>
    [licence?.name, licence?.url].some((given) => given !== undefined && plain(given) === plain(wanted)),
  );
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
const shorten = (text: string | undefined): string => (text ?? 'nothing').slice(0, 80);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const incomplete = (folder: string, part: string): FailureError =>
  new FailureError({
    code: 'FDF_INCOMPLETE',
    message: `has no ${part}`,
    place: folder,
    remedy: 'docs/data.md shows the layout; photographs with EXIF inside are read with ingest.layout: folder',
  });
