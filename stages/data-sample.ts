/** `pipe data sample`: a contact sheet of photographs with their tags, of real faces, and of each generator's images. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSets } from '../src/science/datasets/image-sets.ts';
import { readPhotoIndex } from '../src/science/datasets/photos.ts';
import { writeContactSheet, type SheetRow } from '../src/science/image/contact-sheet.ts';
import { readImage } from '../src/science/image/read.ts';
import { figuresPage } from '../src/science/pictures/figures-page.ts';
import { randomOf } from '../src/science/random.ts';
import { defineStage, type StageContext } from '../src/stage.ts';
import type { DataSampleParameters } from './parameters.ts';

type Context = StageContext<DataSampleParameters>;
interface Shown {
  readonly file: string;
  readonly caption: string;
}

export default defineStage<DataSampleParameters>({
  display: 'sample.md',

  async run(context) {
    const { params, inputs, output, signal, log, marks } = context;
    const rows: SheetRow[] = [];
    for (const [caption, pictures] of [...(await photographs(context)), ...(await images(context))]) {
      signal.throwIfAborted();
      const cells = [];
      for (const { file, caption } of pictures) {
        const image = await readImage(file);
        if (image.ok) cells.push({ image: image.value, caption });
        else log(`${caption}: ${image.failure.code} ${image.failure.message}`);
      }
      rows.push({ caption, cells });
    }
    await writeContactSheet(join(output, 'contact-sheet.png'), rows, {
      cell: params.cell,
      columns: params.count,
    });
    const shown = ['photos', 'faces', 'generated', 'generatedValidation'].flatMap(
      (name) => inputs.optional(name)?.origin ?? [],
    );
    const figure = {
      name: 'contact-sheet',
      title: 'Some of each data set',
      caption: `Drawn from ${[...new Set(shown)].join(', ')}: up to ${params.count} of each set, photographs with what their cameras say.`,
      kind: 'sheet',
    } as const;
    await writeFile(join(output, 'sample.md'), figuresPage([figure], marks.includes('simulated')));
  },
});

async function photographs({ params, inputs }: Context): Promise<[string, Shown[]][]> {
  const { photos } = await readPhotoIndex(join(inputs.one('index').path, 'photos.json'));
  const shown = sample(photos, params, 'photos').map(({ id, tags }) => ({
    file: join(inputs.one('photos').path, id),
    caption: `f/${short(tags.aperture)} ${time(tags.exposureTime)} ${short(tags.focalLength)}mm ${tags.iso}`,
  }));
  return [[`photographs (${photos.length})`, shown]];
}

async function images({ params, inputs }: Context): Promise<[string, Shown[]][]> {
  const sources = {
    faces: inputs.one('faces').path,
    generated: inputs.optional('generated')?.path,
    generatedValidation: inputs.optional('generatedValidation')?.path,
  };
  const sets = await imageSets(sources, params.split, params.seed);
  return sets.map(({ name, root, ids }) => [
    `${name} (${ids.length})`,
    sample(ids, params, name).map((id) => ({ file: join(root, id), caption: id })),
  ]);
}

function sample<Item>(
  items: readonly Item[],
  { count, seed }: DataSampleParameters,
  name: string,
): readonly Item[] {
  const chosen = randomOf(seed, 'sample', name).permutation(items.length).subarray(0, count).toSorted();
  return Array.from(chosen, (place) => items[place] as Item);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
const time = (seconds: number): string =>
  seconds < 0.3 ? `1/${Math.round(1 / seconds)}` : `${short(seconds)}s`;
