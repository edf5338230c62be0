/** What a worker thread does for `manipulatePhotos`: a few photos after each other. */
import type { Result } from '../../failure.ts';
import { type FacePhoto, type FaceVariantsOptions, prepareFaceVariants } from './face-variants.ts';

export interface FaceVariantsTask {
  readonly photos: readonly FacePhoto[];
  readonly options: FaceVariantsOptions;
}

export default async function run({
  photos,
  options,
}: FaceVariantsTask): Promise<Result<Uint8Array<ArrayBuffer>>[]> {
  const results: Result<Uint8Array<ArrayBuffer>>[] = [];
  for (const photo of photos) results.push(await prepareFaceVariants(photo, options));
  return results;
}
