/** The part of a key that stands for the code of a module stage. */
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { FailureError } from '../../failure.ts';
import { compareCodePoints, digestOf } from '../../graph/encoding.ts';
import type { CodePart, ReferencedFile } from '../../graph/key.ts';
import type { Digest } from '../../graph/node.ts';
import type { Json } from '../../json.ts';
import { packageOf } from './owner.ts';
import { openPackageGraph, type PackageGraph } from './package-graph.ts';
import { scopeOf } from './package-file.ts';
import { lookAtPlaces, type Places, type Stamps } from './places.ts';
import type { Reference } from './references.ts';
import { programOf } from './program.ts';
import { pathOf, resolveModule } from './resolve-module.ts';
import type { SourceModule } from './source-modules.ts';
import { stageApiModule, stageApiVersion } from './stage-api.ts';

export type ModuleCode = Extract<CodePart, { kind: 'module' }>;

export interface CodeWithPlaces {
  readonly code: ModuleCode;
  /** Absolute paths of the files that it stands for, packages apart. */
  readonly files: readonly string[];
  /** Absolute paths of the packages that it stands for. */
  readonly packageFolders: readonly string[];
  /** What each of the files names to be loaded, as `import ./x.ts`; by their absolute paths. */
  readonly links: Readonly<Record<string, readonly string[]>>;
  /** Absolute paths of those of which everything counts, and not what others take of them alone. */
  readonly whole: readonly string[];
  /** Of every place that was looked at to find it, before anything there was read. */
  readonly stamps: Stamps;
}

export interface ModuleCodeOptions {
  readonly root: string;
  /** Digest of a file that the code names. */
  readonly digestFile: (path: string) => Promise<Digest>;
}

/** `module` is relative to `root`. Throws a `FailureError` where it cannot be read. */
export async function codeOfModule(module: string, options: ModuleCodeOptions): Promise<CodeWithPlaces> {
  const places = lookAtPlaces();
  const root = places.realPath(options.root) ?? options.root;
  const entry = places.realPath(resolve(root, module));
  if (entry === undefined || places.kindOf(entry) !== 'file') throw moduleMissing(module);
  return new Gathering({ ...options, root }, places).codeFrom(entry);
}

const moduleMissing = (module: string): FailureError =>
  new FailureError({
    code: 'MODULE_UNUSABLE',
    message: 'there is no such file',
    place: module,
    remedy: 'correct the module or the path to it',
  });

/** Follows the module to every other that is started or loaded apart from it: workers, what `createRequire` loads. */
class Gathering {
  /** Entries of programs, in the order in which they are met. */
  readonly #units: string[] = [];
  readonly #texts: Digest[] = [];
  readonly #files = new Set<string>();
  readonly #links: Record<string, readonly string[]> = {};
  readonly #byBytes = new Set<string>();
  readonly #named: ReferencedFile[] = [];
  readonly #sources: Record<string, Digest> = {};
  readonly #packages: PackageGraph;
  readonly options: ModuleCodeOptions;
  readonly places: Places;

  constructor(options: ModuleCodeOptions, places: Places) {
    this.options = options;
    this.places = places;
    this.#packages = openPackageGraph(options.root, places);
  }

  async codeFrom(entry: string): Promise<CodeWithPlaces> {
    const linked: Json[] = [];
    this.#unit(entry);
    for (let number = 0; number < this.#units.length; number++) {
      const program = await programOf(this.#units[number] as string, this.options.root, this.places);
      this.#texts.push(digestOf(program.text));
      const modules: Json[] = [];
      for (const module of program.modules) modules.push(await this.#link(module));
      linked.push(modules);
      // Ours that packages need come last.
      if (number === this.#units.length - 1) for (const path of this.#packages.sources) this.#unit(path);
    }
    const { names, folders } = this.#packages;
    return {
      code: {
        kind: 'module',
        node: process.versions.node.split('.')[0] as string,
        stageApi: stageApiVersion,
        bundle: digestOf(this.#texts),
        resolution: digestOf([linked, this.#packages.links()]),
        files: this.#named.toSorted(byReference),
        packages: [...names].toSorted(compareCodePoints),
        sources: this.#sources,
      },
      files: [...this.#files],
      packageFolders: folders,
      links: this.#links,
      whole: [...new Set([...this.#units, ...this.#byBytes])],
      stamps: this.places.stamps(),
    };
  }

  /** Its number. */
  #unit(path: string): number {
    const known = this.#units.indexOf(path);
    return known === -1 ? this.#units.push(path) - 1 : known;
  }

  /** What the text does not tell of a module: its format, where it lies if it asks, what it finds outside. */
  async #link(module: SourceModule): Promise<Json> {
    const { path, id, digest, format, asksWhere } = module;
    const { root } = this.options;
    this.#files.add(path);
    this.#links[path] = namedBy(module);
    // Under a name that is put together while it runs it may ask these for anything.
    if (module.topLevel.statements.some(({ computesNames }) => computesNames))
      for (const { target } of module.inside) this.#unit(target);
    const imports: Json[] = [];
    for (const { specifier, loading, found } of module.imports)
      imports.push([specifier, loading, await this.#found(found, { specifier, isRun: true })]);
    this.#sources[relative(root, path)] = digest;
    this.#nameMaps(path);
    const references: Json[] = [];
    for (const { specifier, how } of module.references) {
      const isRun = how === 'worker' || how === 'require';
      const found = await this.#found(this.#find({ specifier, how }, path), { specifier, isRun });
      references.push([specifier, how, found]);
    }
    return [format, imports, asksWhere ? relative(root, id) : null, references];
  }

  #find({ specifier, how }: Reference, parent: string): Found {
    if (how === 'import-resolve') return resolveModule(specifier, parent, 'import', this.places);
    if (how === 'require' || how === 'require-resolve')
      return resolveModule(specifier, parent, 'require', this.places);
    const url = URL.parse(specifier, pathToFileURL(parent).href);
    if (url !== null && url.protocol !== 'file:') return { kind: 'builtin' };
    const named = url === null ? undefined : pathOf(url);
    if (named === undefined) return { kind: 'missing' };
    // Of a folder nothing is in the key: what is read below it is a stray.
    if (this.places.kindOf(named) !== 'folder') this.#files.add(named);
    const path = this.places.realPath(named);
    return path === undefined ? { kind: 'missing' } : { kind: 'file', path };
  }

  /** `isRun`: it is loaded as code, so its comments are nothing. */
  async #found(
    found: Found,
    { specifier, isRun }: { readonly specifier: string; readonly isRun: boolean },
  ): Promise<Json> {
    if (found.kind === 'builtin') return 'builtin';
    if (found.kind === 'missing') {
      if (isBare(specifier)) this.#packages.miss(specifier);
      else this.#named.push({ reference: specifier, digest: null });
      return null;
    }
    const { path } = found;
    const api = stageApiModule(path);
    if (api !== undefined) return api;
    // A folder is a base to build paths on; what of it is used cannot be seen.
    if (this.places.kindOf(path) === 'folder') return 'folder';
    if (isBare(specifier) && packageOf(path, this.options.root, this.places) !== undefined)
      return this.#packages.enter(path);
    this.#files.add(path);
    const unit = /\.[cm]?[jt]s$/.test(path) ? this.#unit(path) : null;
    if (unit !== null && isRun) return unit;
    const digest = await this.options.digestFile(path);
    this.#byBytes.add(path);
    this.#named.push({ reference: specifier, digest });
    return [unit, digest];
  }

  /** The `package.json` of a module, where it says what specifiers stand for: named for people. */
  #nameMaps(path: string): void {
    const scope = scopeOf(dirname(path), this.places);
    if (scope?.imports === undefined && scope?.exports === undefined) return;
    this.#files.add(scope.path);
    this.#sources[relative(this.options.root, scope.path)] = scope.digest;
  }
}

type Found =
  | { readonly kind: 'builtin' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'file'; readonly path: string };

function namedBy({ imports, inside, references }: SourceModule): readonly string[] {
  const named = references.flatMap(({ specifier, how }) =>
    how === 'import-resolve'
      ? [`import ${specifier}`]
      : how.startsWith('require')
        ? [`require ${specifier}`]
        : [],
  );
  const loaded = [...imports, ...inside].map(({ loading, specifier }) => `${loading} ${specifier}`);
  return [...new Set([...loaded, ...named])];
}

const isBare = (specifier: string): boolean => /^[@a-z]/i.test(specifier) && !URL.canParse(specifier);

const byReference = (a: ReferencedFile, b: ReferencedFile): number =>
  compareCodePoints(a.reference, b.reference) || compareCodePoints(a.digest ?? '', b.digest ?? '');
