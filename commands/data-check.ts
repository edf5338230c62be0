/** `pipe data check -e EXPERIMENT`: what an experiment's data is, where it is expected, what of it is there, and from whom the rest is to be had. */
import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand } from '../src/command.ts';
import type { Json, JsonObject } from '../src/json.ts';
import { checkData, type DataPlace } from '../src/science/datasets/check-data.ts';
import { checkPage } from '../src/science/datasets/check-page.ts';
import { roomInWords } from '../src/science/datasets/room-needed.ts';
import type {
  ImageListParameters,
  IngestParameters,
  ManipulateParameters,
  PhotoListParameters,
  PhotoReadingsParameters,
} from '../stages/parameters.ts';

export default defineCommand({
  async run({ params, root, signal }) {
    const { data, ingest, manipulate, features, seed } = params as unknown as {
      readonly data: JsonObject;
      readonly ingest: Pick<PhotoListParameters, 'layout' | 'licences'> &
        PhotoReadingsParameters &
        Pick<IngestParameters, 'limit'>;
      readonly manipulate: Pick<ManipulateParameters, 'size'>;
      readonly features: Pick<ImageListParameters, 'split'>;
      readonly seed: number;
    };
    const { limit } = ingest;
    const place = (name: string): DataPlace => placeOf(`data.${name}`, data[name] as Json, root);
    const optional = (name: string): DataPlace | undefined =>
      (data[name] ?? null) === null ? undefined : place(name);
    const findings = await checkData(
      {
        photos: place('photos'),
        faces: place('faces'),
        generated: optional('generated'),
        generatedValidation: optional('generatedValidation'),
        weights: optional('weights'),
      },
      { ...ingest, licences: ingest.licences ?? undefined, split: features.split, seed, signal },
    );
    const places = findings.map(({ place: { parameter, origin, expected = null }, ...rest }) => ({
      parameter,
      origin,
      expected,
      ...rest,
    }));
    const { bsize, bavail } = await statfs(root);
    const found = findings[0]?.counts[0]?.count ?? 0;
    const wanted = Math.min(found > 0 ? found : Infinity, limit ?? Infinity);
    const room = Number.isFinite(wanted) ? `\n${roomInWords(wanted, manipulate.size, bsize * bavail)}\n` : '';
    return {
      text: `${checkPage(findings)}${room}`,
      json: places as unknown as Json,
      amiss: findings.some(({ state }) => state === 'amiss'),
    };
  },
});

/** An input is a stage's name, a path that begins with ./, ../ or /, or `{ path, description }`. */
function placeOf(parameter: string, value: Json, root: string): DataPlace {
  if (typeof value === 'string')
    return /^(\.{1,2}(\/|$)|\/)/.test(value)
      ? { parameter, origin: value, path: resolve(root, value) }
      : { parameter, origin: value };
  const { path, description } = value as { readonly path: string; readonly description?: string };
  return { parameter, origin: path, path: resolve(root, path), expected: description };
}
