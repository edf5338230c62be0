/** Which photographs there are in a data set. */
import { listFdf } from './fdf.ts';
import { listImagesAndSettings } from './folder.ts';
import type { PhotoSource, SourceOptions, SourcePhoto } from './photo-source.ts';

/** Fails as `listImages` and `listFdf` do. */
export async function openPhotoSource(folder: string, options: SourceOptions): Promise<PhotoSource> {
  if (options.layout === 'fdf') return listFdf(folder, options);
  const { images, settings } = await listImagesAndSettings(folder);
  const photos = images.map((id): SourcePhoto => {
    const beside = id.replace(/\.[^.]*$/, '.json');
    return { id, ...(settings.has(beside) && { beside }) };
  });
  return { photos, passedOver: [] };
}
