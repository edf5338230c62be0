/** The four tags as people call them. */
import type { TagName } from './tags.ts';

export const tagWords: Readonly<Record<TagName, string>> = {
  aperture: 'aperture',
  exposureTime: 'exposure time',
  focalLength: 'focal length',
  iso: 'ISO',
};
