/** `pipe data check -e EXPERIMENT`: what an experiment's data is, where it is expected, what of it is there, and from whom the rest is to be had. */
import { resolve } from 'node:path';
import { defineCommand } from '../src/command.ts';
import type { Json, JsonObject } from '../src/json.ts';
import { checkData, type DataPlace } from '../src/science/datasets/check-data.ts';
import { checkPage } from '../src/science/datasets/check-page.ts';
import type {
  FeaturesParameters,
  PhotoListParameters,
  PhotoReadingsParameters,
} from '../stages/parameters.ts';

export default defineCommand({
  async run({ params, root, signal }) {
    const { data, ingest, features, seed } = params as unknown as {
      readonly data: JsonObject;
      readonly ingest: Pick<PhotoListParameters, 'layout' | 'licences'> & PhotoReadingsParameters;
      readonly features: Pick<FeaturesParameters, 'split'>;
      readonly seed: number;
    };
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
    return {
      text: checkPage(findings),
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
