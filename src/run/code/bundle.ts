/** One module and all of ours that it imports and uses, as one text without comments, white space or paths. */
import { relative, resolve } from 'node:path';

import { build } from 'esbuild';

import { FailureError } from '../../failure.ts';

export interface Bundle {
  readonly text: string;
  /** Absolute paths of all modules read, used or not. */
  readonly sources: readonly string[];
  /** Modules something of which is in the text. */
  readonly used: readonly string[];
  /** Bare specifiers still imported, with the modules that name them. */
  readonly externals: readonly External[];
}

export interface External {
  readonly specifier: string;
  readonly importer: string;
}

/** `module` is relative to `root`. Throws a `FailureError` for a module that is missing or does not parse. */
export async function bundleModule(root: string, module: string): Promise<Bundle> {
  const built = await build({
    absWorkingDir: root,
    entryPoints: [module],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    packages: 'external',
    treeShaking: true,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  }).catch((error: unknown) => {
    throw new FailureError({
      code: 'MODULE_UNUSABLE',
      message: firstMessage(error),
      place: placeOf(error) ?? module,
      remedy: 'correct the module or the path to it',
    });
  });
  const { inputs, outputs } = built.metafile;
  const [output] = Object.values(outputs);
  const kept = new Set((output?.imports ?? []).map(({ path }) => path));
  const absolute = (path: string): string => resolve(root, path);
  return {
    text: built.outputFiles[0]?.text ?? '',
    sources: Object.keys(inputs).map(absolute),
    used: Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => absolute(path)),
    externals: Object.entries(inputs).flatMap(([path, { imports }]) =>
      imports
        .filter((imported) => imported.external === true && kept.has(imported.path))
        .map((imported) => ({ specifier: imported.path, importer: absolute(path) })),
    ),
  };
}

interface BuildMessage {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function messageOf(error: unknown): BuildMessage | undefined {
  const isBuildFailure = error instanceof Error && 'errors' in error && Array.isArray(error.errors);
  return isBuildFailure ? (error.errors as BuildMessage[])[0] : undefined;
}

const firstMessage = (error: unknown): string =>
  messageOf(error)?.text ?? (error instanceof Error ? error.message : String(error));

function placeOf(error: unknown): string | undefined {
  const location = messageOf(error)?.location;
  if (location === null || location === undefined) return undefined;
  return `${relative('', location.file)}:${location.line}:${location.column + 1}`;
}
