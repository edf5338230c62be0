/** Whether a folder of photographs is fit to go on with. */
import type { Failure } from '../../failure.ts';
import type { ExcludedItem } from './photos.ts';

/**
 * The failure of an index that is not: PHOTOS_BROKEN where more than the share `maximumBroken` of the files cannot be read,
 * PHOTOS_NONE where none can be used. Photos that are whole but lack a tag, or are too small or too large, are not broken.
 */
export function refuseUnusable(
  usable: number,
  excluded: readonly ExcludedItem[],
  maximumBroken: number,
): Failure | undefined {
  const total = usable + excluded.length;
  const broken = excluded.filter(({ code }) => brokenCodes.has(code));
  if (broken.length > maximumBroken * total)
    return {
      code: 'PHOTOS_BROKEN',
      message: `holds ${total} pictures of which ${broken.length} cannot be read (${summary(broken)}); expected at most ${percent(maximumBroken)}`,
      remedy: 'repair or remove them, or raise ingest.maximumBroken',
    };
  if (usable === 0)
    return {
      code: 'PHOTOS_NONE',
      message: `holds ${total} pictures, none of which can be used (${summary(excluded)})`,
      remedy: 'photos need EXIF with f-number, exposure time, focal length and ISO',
    };
  return undefined;
}

/** How many were excluded for each reason, in code-point order of the codes. */
export function countByCode(excluded: readonly ExcludedItem[]): [code: string, count: number][] {
  const codes = [...new Set(excluded.map(({ code }) => code))].toSorted();
  return codes.map((code) => [code, excluded.filter((item) => item.code === code).length]);
}

const brokenCodes: ReadonlySet<string> = new Set([
  'IMAGE_NOT_AN_IMAGE',
  'IMAGE_TRUNCATED',
  'IMAGE_DAMAGED',
  'IMAGE_UNSUPPORTED',
  'IMAGE_UNREADABLE',
]);

/** `IMAGE_TRUNCATED 3, TAG_MISSING 1; the first: a.jpg, which ends early`. */
function summary(excluded: readonly ExcludedItem[]): string {
  const counts = countByCode(excluded)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
  const [first] = excluded;
  return first === undefined ? counts : `${counts}; the first: ${first.id} ${first.reason}`;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
