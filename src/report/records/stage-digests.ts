/** Short digests of what stages are made of, by which a record tells whether it is of the project as it is. None can be taken for a key. */
import type { DeclaredStage } from '../../config/declared.ts';
import { digestOf } from '../../graph/encoding.ts';
import type { CodePart, InputPart } from '../../graph/key.ts';
import type { Json } from '../../json.ts';

/** What of a declaration changes no result. */
const withoutResult: ReadonlySet<string> = new Set(['resources', 'timeout', 'retries']);

export const declarationDigest = (stage: DeclaredStage): string =>
  short(Object.fromEntries(Object.entries(stage).filter(([part]) => !withoutResult.has(part))));

/** All that the key holds of it. */
export function codeDigest(code: CodePart): string {
  return short(
    code.kind === 'module'
      ? [code.bundle, code.resolution, filesOf(code), code.packages, code.node]
      : [code.command, filesOf(code)],
  );
}

/** What of it is written in the project: the same on every machine. */
export const sourceDigest = (code: CodePart): string =>
  short([code.kind === 'module' ? code.bundle : code.command, filesOf(code)]);

/** Of the files and folders outside of the store; undefined where it reads none. */
export function pathsDigest(inputs: readonly InputPart[]): string | undefined {
  const paths = inputs.flatMap(({ name, sources }) =>
    sources
      .filter(({ artifact, list }) => artifact === undefined && list === undefined)
      .map(({ digest }) => [name, digest]),
  );
  return paths.length === 0 ? undefined : short(paths);
}

const filesOf = ({ files }: CodePart): Json => files.map((file) => ({ ...file }));
const short = (parts: Json): string => digestOf(parts).slice(0, 12);
