/** Indexes a folder and prints how much memory that took at most, in bytes: `node bench/ingest/memory.ts FOLDER`. */
import { indexPhotos } from '../../src/science/datasets/index-photos.ts';
import { openPhotoSource } from '../../src/science/datasets/open-photo-source.ts';

const folder = process.argv[2] as string;
const { photos } = await openPhotoSource(folder, { layout: 'folder' });
const options = { maximumPixels: 100_000_000, seed: 1, duplicates: 'keep', concurrency: 2 } as const;
const index = await indexPhotos(folder, photos, options);
console.log(JSON.stringify({ photos: index.photos.length, memory: process.resourceUsage().maxRSS * 1024 }));
