/** One module and all of ours that it imports, as one text of what Node would run, without comments, types, white space or paths. */
import { hash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, relative } from 'node:path';

import {
  build,
  transform,
  type Message,
  type OnLoadResult,
  type OnResolveArgs,
  type OnResolveResult,
  type Plugin,
} from 'esbuild';

import { readPlainFile } from '../../config/plain-file.ts';
import { FailureError } from '../../failure.ts';
import { compareCodePoints } from '../../graph/encoding.ts';
import type { Digest } from '../../graph/node.ts';
import { packageOf } from './owner.ts';
import { scopeOf } from './package-file.ts';
import type { Places } from './places.ts';
import { noReferences, referencesIn, type References } from './references.ts';
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
  /** What it imports that is in the text, by specifier. */
  readonly inside: readonly InsideImport[];
}

interface InsideImport {
  readonly specifier: string;
  readonly loading: Loading;
  /** Real and absolute. */
  readonly target: string;
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
    tsconfigRaw: {},
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [seen.plugin()],
  }).catch((error: unknown) => {
    throw unusable(error, relative(root, entry));
  });
  return { text: built.outputFiles[0]?.text ?? '', modules: seen.inOrder() };
}

type Loaded = Omit<SourceModule, 'path' | 'imports' | 'inside'>;

/** What the bundler asked for, and was told. */
class Modules {
  readonly #loaded = new Map<string, Loaded>();
  /** By the importing module, then by how and as what they are named. */
  readonly #inside = new Map<string, Map<string, InsideImport>>();
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
        building.onLoad({ filter: /.*/ }, ({ path }) => this.#load(path));
      },
    };
  }

  inOrder(): readonly SourceModule[] {
    const ordered = new Set<string>();
    const visit = (path: string): void => {
      if (ordered.has(path)) return;
      ordered.add(path);
      for (const [, { target }] of byName(this.#inside.get(path))) visit(target);
    };
    visit(this.entry);
    return [...ordered].flatMap((path) => {
      const loaded = this.#loaded.get(path);
      if (loaded === undefined) return [];
      const imports = byName(this.#outside.get(path)).map(([, outside]) => outside);
      const inside = byName(this.#inside.get(path)).map(([, found]) => found);
      return [{ path, ...loaded, imports, inside }];
    });
  }

  async #load(path: string): Promise<OnLoadResult> {
    try {
      const bytes = readPlainFile(path);
      const digest = hash('sha256', bytes, 'hex') as Digest;
      const source = bytes.toString('utf8');
      if (path.endsWith('.json')) {
        this.#loaded.set(path, { digest, format: 'json', ...noReferences });
        return { loader: 'json', contents: source };
      }
      const script = await withoutTypes(source, path);
      this.#loaded.set(path, { digest, format: this.#formatOf(path), ...(await referencesIn(script)) });
      return { loader: 'js', contents: withoutPatterns(script) };
    } catch (error) {
      return {
        errors: messagesOf(error).map((message) => ({ ...message, location: placed(message, path) })),
      };
    }
  }

  #resolve({ path: specifier, importer, kind, with: attributes }: OnResolveArgs): OnResolveResult {
    if (kind === 'entry-point') return { path: this.entry };
    const loading = kind.startsWith('require') ? 'require' : 'import';
    const there = resolveModule(specifier, importer, loading, this.places);
    const resolved = loading === 'require' || isSaidToBe(there, attributes['type']) ? there : missing;
    const external = { path: specifier, external: true };
    const outside = (found: OnResolveResult = external): OnResolveResult => {
      put(this.#outside, importer, `${specifier}\0${kind}`, { specifier, loading, found: resolved });
      return found;
    };
    if (resolved.kind === 'builtin') return external;
    if (resolved.kind === 'missing') {
      // What is loaded late, and packages, may be missing as long as nobody asks for them.
      const mayBeMissing = kind !== 'import-statement' || /^[^./#]/.test(specifier);
      return outside(mayBeMissing ? external : notFound(specifier, there));
    }
    const { path, suffix } = resolved;
    const name = stageApiModule(path);
    if (name !== undefined) return outside({ path: name, external: true });
    const isOurs = packageOf(path, this.root, this.places) === undefined;
    if (!isOurs || kind === 'require-resolve' || !isText(path, loading)) return outside();
    put(this.#inside, importer, `${specifier}\0${kind}`, { specifier, loading, target: path });
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

const notFound = (specifier: string, there: Resolved): OnResolveResult => {
  const name = JSON.stringify(specifier);
  const json = `Node takes ${name} otherwise than it is written: JSON, and nothing else, with { type: 'json' }`;
  return { errors: [{ text: there.kind === 'missing' ? `Node finds nothing for ${name}` : json }] };
};

const missing: Resolved = { kind: 'missing' };

/** Node imports JSON as what it is said to be alone. */
const isSaidToBe = (found: Resolved, type: string | undefined): boolean =>
  found.kind !== 'file' || found.path.endsWith('.json') === (type === 'json');

/** Whether Node reads it as code or JSON; `require` takes what has another ending for code. */
const isText = (path: string, loading: Loading): boolean =>
  /\.(?:[cm]?[jt]s|json)$/.test(path) ||
  extname(path) === '' ||
  (loading === 'require' && !/\.(?:node|wasm)$/.test(path));

/**
 * As Node reads it: an import that is not said to be of a type alone is one, and a name that its module does not export is an error.
 * In what it takes for TypeScript itself, esbuild would let either be a type.
 */
async function withoutTypes(source: string, path: string): Promise<string> {
  if (!/\.[cm]?ts$/.test(path)) return source;
  const { code } = await transform(source, {
    loader: 'ts',
    target: 'esnext',
    charset: 'utf8',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  // Of what Node refuses, a part that nothing uses would be in no text.
  if (notForNode.test(source)) {
    try {
      stripTypeScriptTypes(source);
    } catch (error) {
      const text = `Node takes no such TypeScript: ${(error as Error).message}`;
      throw Object.assign(new Error(text), { errors: [{ text, location: atItsBegin }] });
    }
  }
  return code;
}

/** Whether it may hold what is more than types: `enum`, `namespace`, `constructor(private x)`, `import x = `, `<T>x`. */
const notForNode =
  /\b(?:enum|namespace|module)\s+["'\w$]|\bconstructor\s*\([^)]*\b(?:private|protected|public|readonly|override)\b|\b(?:import\s+(?:type\s+)?[\w$]+|export)\s*=|(?:[=(,:?[{;&|!]|=>|\breturn|\bawait)\s*<\s*[\w{[]/;

const atItsBegin = { file: '', namespace: '', line: 1, column: 0, length: 0, lineText: '', suggestion: '' };

/** esbuild would put all files into the text that a pattern such as `./${name}.ts` may stand for. Which are loaded is seen when they are. */
const withoutPatterns = (source: string): string =>
  source.replaceAll(
    /\b(import|require)((?:\s|\/\*[\s\S]*?\*\/)*\((?:\s|\/\*[\s\S]*?\*\/)*)(?=`[^`]*\$\{|"[^"\n]*"\s*\+|'[^'\n]*'\s*\+)/g,
    '$1$2computed+',
  );

type BuildMessage = Pick<Message, 'text' | 'location'>;

const messagesOf = (error: unknown): readonly BuildMessage[] =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors)
    ? (error.errors as BuildMessage[])
    : [{ text: error instanceof Error ? error.message : String(error), location: null }];

const placed = ({ location }: BuildMessage, file: string): BuildMessage['location'] =>
  location === null ? null : { ...location, file };

function unusable(error: unknown, entry: string): FailureError {
  const { text, location } = messagesOf(error)[0] as BuildMessage;
  const file = location === null ? entry : relative('', location.file);
  // What is found to be wrong between modules stands in a text without types: on other lines.
  const isExact =
    location !== null &&
    !(/\.[cm]?ts$/.test(file) && /^(?:No matching export|Node (?:finds|takes) )/.test(text));
  return new FailureError({
    code: 'MODULE_UNUSABLE',
    message: text,
    place: isExact ? `${file}:${location.line}:${location.column + 1}` : file,
    remedy: 'correct the module or the path to it',
  });
}
