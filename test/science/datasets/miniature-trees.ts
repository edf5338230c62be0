/** The public data sets in small: their exact layouts, with made pictures. */
import { join } from 'node:path';
import { texture, toSharp } from '../image/pictures.ts';
import { writeTree } from '../../temporary-folder.ts';

export const pngOf = (seed: number, side = 32): Promise<Buffer> =>
  toSharp(texture(side, side, seed))
    .png()
    .toBuffer();

interface MiniatureFdfFace {
  readonly exif?: Readonly<Record<string, string>>;
  readonly photoId?: string;
  readonly licence?: readonly [name: string, url: string];
  readonly box?: unknown;
}

export const fdfTags = {
  'ISO Speed Ratings': '200',
  'Aperture Value': 'F2.8',
  'Exposure Time': '1/60 sec',
  'Focal Length': '50 mm',
};

/** Faces by their index. Those without `exif` have no JSON file. */
export async function writeFdf(
  folder: string,
  faces: Readonly<Record<string, MiniatureFdfFace>>,
  { size = 32 } = {},
): Promise<string> {
  const metainfo: Record<string, unknown> = {};
  const files: Record<string, Buffer | string> = {};
  for (const [index, { exif, photoId = `9000${index}`, licence, box }] of Object.entries(faces)) {
    const [license, license_url] = licence ?? [
      'Attribution License',
      'http://creativecommons.org/licenses/by/2.0/',
    ];
    metainfo[index] = {
      author: `author-${index}`,
      bounding_box: box ?? [0.25, 0.25, 0.75, 0.875],
      category: 'training',
      date_taken: '2010-01-16 21:47:59.0',
      landmark: Array.from({ length: 7 }, () => [0.5, 0.5]),
      license,
      license_url,
      photo_title: `"{quoted}, ${index}`,
      photo_url: `http://www.flickr.com/photos/somebody@N0${index}/${photoId}/`,
      yfcc100m_line_idx: index,
    };
    files[`images/${size}/${index}.png`] = await pngOf(Number(index) + 1, size);
    if (exif !== undefined) files[`exif/${photoId}.json`] = JSON.stringify({ EXIF: exif });
  }
  files['fdf_metainfo.json'] = JSON.stringify(metainfo);
  return writeTree(folder, files);
}

/** The paper's data in small, as `-e paper` expects it below `data.root`: so many faces in FDF and CelebA-HQ. */
export async function writePaperData(
  root: string,
  { photos = 6, faces = 8, generated = 2 } = {},
): Promise<string> {
  const names = Array.from({ length: photos }, (_, i) => String(i));
  await writeFdf(join(root, 'FDF'), Object.fromEntries(names.map((name) => [name, { exif: fdfTags }])));
  const files: Record<string, Buffer | string> = {};
  for (let i = 0; i < faces; i++)
    files[`CelebA-HQ/celeba_hq_256/${String(i).padStart(5, '0')}.jpg`] = await pngOf(100 + i);
  const folders = [
    'stylegan2',
    'VQ-GAN_celebahq',
    'DiffusionFace/LDM',
    'DiffusionFace/DDIM',
    'DiffusionFace/stable_diffusion_v_2_1_text2img_p2g3/aligned',
    'DiFF/FreeDoM_T',
    'DiFF/HPS',
    'DiFF/Midjourney',
    'DiFF/SDXL',
  ];
  for (const [i, folder] of folders.entries())
    for (let j = 0; j < generated; j++)
      files[`generated/${folder}/${j}.png`] = await pngOf(1000 + 10 * i + j);
  files['generated/DiFF/__MACOSX/SDXL/._0.png'] = 'left over';
  return writeTree(root, files);
}
