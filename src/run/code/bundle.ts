/** One module and all of ours that it imports, as one text of what Node would run, without comments, types, white space or paths. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, extname, relative } from 'node:path';

import { build, type OnResolveArgs, type OnResolveResult, type Plugin } from 'esbuild';

import { FailureError } from '../../failure.ts';
import { compareCodePoints } from '../../graph/encoding.ts';
import type { Digest } from '../../graph/node.ts';
import { packageOf } from './owner.ts';
import { scopeOf } from './package-file.ts';
import type { Places } from './places.ts';
import { referencesIn, type Reference, type References } from './references.ts';
import { resolveModule, type Loading, type Resolved } from './resolve-module.ts';
import { stageApiModule } from './stage-api.ts';

export interface Bundle {
  readonly text: string;
  /** All that it may load of ours, in the order of their imports from the module on, by specifier. */
  readonly modules: readonly SourceModule[];
}

export interface SourceModule extends References {
  /** Real and absolute. */
  readonly path: string;
  /** Of its bytes. */
  readonly digest: Digest;
  readonly format: 'module' | 'commonjs' | 'none' | 'json';
  /** What it imports that is not in the text, by specifier. */
  readonly imports: readonly OutsideImport[];
}

interface OutsideImport {
  readonly specifier: string;
  readonly loading: Loading;
  readonly found: Resolved;
}

/** `entry` is real and absolute. Throws a `FailureError` for a module that does not parse or imports a file that is not there. */
export async function bundleModule(entry: string, root: string, places: Places): Promise<Bundle> {
  const seen = new Modules(entry, root, places);
  const built = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    charset: 'utf8',
    treeShaking: true,
    // Node believes neither `sideEffects` nor `@__PURE__`, and reads no tsconfig.json.
    ignoreAnnotations: true,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [seen.plugin()],
  }).catch((error: unknown) => {
    throw new FailureError({
      code: 'MODULE_UNUSABLE',
      message: firstMessage(error),
      place: placeOf(error) ?? relative(root, entry),
      remedy: 'correct the module or the path to it',
    });
  });
  const text = built.outputFiles[0]?.text ?? '';
  // What is named in a function that nothing uses is no part of it.
  const isUsed = ({ literal }: Reference): boolean => text.includes(literal);
  const modules = seen
    .inOrder()
    .map((module) => ({ ...module, references: module.references.filter(isUsed) }));
  return { text, modules };
}

type Loaded = Pick<SourceModule, 'digest' | 'format' | 'references' | 'asksWhere'>;

/** What the bundler asked for, and was told. */
class Modules {
  readonly #loaded = new Map<string, Loaded>();
  /** By the importing module, then by how and as what they are named. */
  readonly #inside = new Map<string, Map<string, string>>();
  readonly #outside = new Map<string, Map<string, OutsideImport>>();

  readonly entry: string;
  readonly root: string;
  readonly places: Places;

  constructor(entry: string, root: string, places: Places) {
    this.entry = entry;
    this.root = root;
    this.places = places;
  }

  plugin(): Plugin {
    return {
      name: 'as Node does',
      setup: (building) => {
        building.onResolve({ filter: /.*/ }, (asked) => this.#resolve(asked));
        building.onLoad({ filter: /.*/ }, async ({ path }) => {
          const bytes = readFileSync(path);
          const loader = loaderOf(path);
          const source = bytes.toString('utf8');
          this.#loaded.set(path, {
            digest: hash('sha256', bytes, 'hex') as Digest,
            format: loader === 'json' ? 'json' : this.#formatOf(path),
            ...(loader === 'json'
              ? { references: [], asksWhere: false }
              : await referencesIn(source, { loader })),
          });
          return { loader, contents: loader === 'json' ? source : withoutPatterns(source) };
        });
      },
    };
  }

  inOrder(): readonly SourceModule[] {
    const ordered = new Set<string>();
    const visit = (path: string): void => {
      if (ordered.has(path)) return;
      ordered.add(path);
      for (const [, target] of byName(this.#inside.get(path))) visit(target);
    };
    visit(this.entry);
    return [...ordered].flatMap((path) => {
      const loaded = this.#loaded.get(path);
      if (loaded === undefined) return [];
      const imports = byName(this.#outside.get(path)).map(([, outside]) => outside);
      return [{ path, ...loaded, imports }];
    });
  }

  #resolve({ path: specifier, importer, kind }: OnResolveArgs): OnResolveResult {
    if (kind === 'entry-point') return { path: this.entry };
    const loading = kind.startsWith('require') ? 'require' : 'import';
    const resolved = resolveModule(specifier, importer, loading, this.places);
    const external = { path: specifier, external: true };
    const outside = (found: OnResolveResult = external): OnResolveResult => {
      put(this.#outside, importer, `${specifier}\0${kind}`, { specifier, loading, found: resolved });
      return found;
    };
    if (resolved.kind === 'builtin') return external;
    if (resolved.kind === 'missing') {
      // What is loaded late, and packages, may be missing as long as nobody asks for them.
      const mayBeMissing = kind !== 'import-statement' || /^[^./#]/.test(specifier);
      return outside(mayBeMissing ? external : notFound(specifier));
    }
    const { path, suffix } = resolved;
    const name = stageApiModule(path);
    if (name !== undefined) return outside({ path: name, external: true });
    const isOurs = packageOf(path, this.root, this.places) === undefined;
    if (!isOurs || kind === 'require-resolve' || !isText(path, loading)) return outside();
    put(this.#inside, importer, `${specifier}\0${kind}`, path);
    return { path, suffix };
  }

  #formatOf(path: string): SourceModule['format'] {
    const [, letter] = /\.([cm])[jt]s$/.exec(path) ?? [];
    if (letter !== undefined) return letter === 'm' ? 'module' : 'commonjs';
    return scopeOf(dirname(path), this.places)?.type ?? 'none';
  }
}

function put<Value>(map: Map<string, Map<string, Value>>, first: string, second: string, value: Value): void {
  const inner = map.get(first) ?? new Map<string, Value>();
  map.set(first, inner.set(second, value));
}

const byName = <Value>(map: ReadonlyMap<string, Value> = new Map()): readonly (readonly [string, Value])[] =>
  [...map].toSorted(([a], [b]) => compareCodePoints(a, b));

const notFound = (specifier: string): OnResolveResult => ({
  errors: [{ text: `Node finds nothing for ${JSON.stringify(specifier)}` }],
});

/** Whether Node reads it as code or JSON; `require` takes what has another ending for code. */
const isText = (path: string, loading: Loading): boolean =>
  /\.(?:[cm]?[jt]s|json)$/.test(path) ||
  extname(path) === '' ||
  (loading === 'require' && !/\.(?:node|wasm)$/.test(path));

function loaderOf(path: string): 'js' | 'ts' | 'json' {
  if (path.endsWith('.json')) return 'json';
  return /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
}

/** esbuild would put all files into the text that a pattern such as `./${name}.ts` may stand for. Which are loaded is seen when they are. */
const withoutPatterns = (source: string): string =>
  source.replaceAll(
    /\b(import|require)((?:\s|\/\*[\s\S]*?\*\/)*\((?:\s|\/\*[\s\S]*?\*\/)*)(?=`[^`]*\$\{|"[^"\n]*"\s*\+|'[^'\n]*'\s*\+)/g,
    '$1$2computed+',
  );

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
