/**
 * What Node would run of a module and of all of ours that it loads: each module's own statements as they are, without comments, types
 * and white space, and without functions, classes and constants that nothing can reach. Nothing is renamed or joined, so that names,
 * kinds of declaration, directives and `this` are what Node sees.
 */
import { relative } from 'node:path';

import type { Json } from '../../json.ts';
import { exportersOf, isExported, starsOf, type Modules } from './exporters.ts';
import type { Places } from './places.ts';
import { linkOf, sourceModules, unusable, type Found, type SourceModule } from './source-modules.ts';
import { SourceFault } from './source.ts';
import type { Foreign, Statement } from './top-level.ts';

export interface ModuleProgram {
  /** Without paths: the same wherever the modules lie. */
  readonly text: Json;
  /** All that it may load of ours. */
  readonly modules: readonly SourceModule[];
}

/** `entry` is real and absolute. Throws a `FailureError` for a module that does not parse or imports what is not there. */
export async function programOf(entry: string, root: string, places: Places): Promise<ModuleProgram> {
  const modules = await sourceModules(entry, root, places);
  for (const module of modules.values()) if (module.isNeeded) checkNames(module, modules, root);
  const reach = new Reach(modules);
  reach.all(entry);
  // In the order in which they stand in the text: what is said of them apart from it is said in that order.
  const inText = reach.ids().map((id) => modules.get(id) as SourceModule);
  return { text: reach.text(), modules: [...new Set([...inText, ...modules.values()])] };
}

/** Node refuses to run a module that imports a name which is not exported, used or not. */
function checkNames(module: SourceModule, modules: Modules, root: string): void {
  for (const [place, { specifier, names }] of module.topLevel.requests.entries()) {
    const found = module.requested[place] as Found;
    if (found.kind === 'outside') continue;
    const absent = names.find((name) => !isExported(found.id, name, modules));
    if (absent === undefined) continue;
    const fault = `No matching export in ${JSON.stringify(specifier)} for import ${JSON.stringify(absent)}`;
    throw unusable(new SourceFault(fault), relative(root, module.path));
  }
}

/** What can be reached, from what runs by itself on. */
class Reach {
  readonly #modules: Modules;
  /** Places of statements, and names that others take, by the `id` of their module. In the order in which they are met. */
  readonly #whole = new Set<string>();
  readonly #reached = new Map<string, { readonly kept: Set<number>; readonly taken: Set<string> }>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** In the order in which they are met. */
  ids(): readonly string[] {
    return [...this.#reached.keys()];
  }

  /** The module and all that it exports. */
  all(id: string): void {
    if (this.#whole.has(id)) return;
    this.#whole.add(id);
    this.#run(id);
    const module = this.#modules.get(id) as SourceModule;
    for (const name of module.topLevel.exports.keys()) this.#take(id, name);
    for (const found of starsOf(module)) if (found.kind === 'inside') this.all(found.id);
  }

  /** Of each module what is kept, what it loads and where that leads, by the numbers of the modules. */
  text(): Json {
    const numbers = new Map([...this.#reached.keys()].map((id, number) => [id, number]));
    const place = (found: Found): Json =>
      found.kind === 'inside' ? (numbers.get(found.id) ?? null) : found.specifier;
    return [...this.#reached].map(([id, { kept, taken }]): Json => {
      const { topLevel, requested, loaded } = this.#modules.get(id) as SourceModule;
      const statements = [...topLevel.statements.entries()].flatMap(([at, each]) =>
        kept.has(at) ? [each] : [],
      );
      const mentioned = new Set(statements.flatMap(({ mentions }) => [...mentions]));
      const bindings = [...topLevel.bindings].filter(([local]) => mentioned.has(local));
      const exports = [...topLevel.exports].filter(([name]) => taken.has(name));
      const loads = statements.flatMap((each) => each.loads.map(linkOf));
      return [
        topLevel.isModule,
        requested.map((found, at) => [place(found), topLevel.requests[at]?.attributes ?? []]),
        statements.map(({ text }) => text),
        bindings.map(([local, { request, name }]) => [local, request, name]).toSorted(byFirst),
        exports
          .map(([name, to]) => ('local' in to ? [name, to.local] : [name, to.request, to.name]))
          .toSorted(byFirst),
        [...new Set(loads)].map((link) => [link, place(loaded.get(link) as Found)]),
        topLevel.stars,
      ];
    });
  }

  /** What it does by itself, and what is loaded for it first. */
  #run(id: string): void {
    if (this.#reached.has(id)) return;
    this.#reached.set(id, { kept: new Set(), taken: new Set() });
    const { topLevel, requested } = this.#modules.get(id) as SourceModule;
    for (const found of requested) if (found.kind === 'inside') this.#run(found.id);
    for (const [place, { acts }] of topLevel.statements.entries()) if (acts) this.#keep(id, place);
    if (topLevel.statements.some(({ evaluates }) => evaluates))
      for (const name of topLevel.bindings.keys()) this.#use(id, name);
  }

  #keep(id: string, place: number): void {
    const { kept } = this.#reached.get(id) as { readonly kept: Set<number> };
    if (kept.has(place)) return;
    kept.add(place);
    const { topLevel, loaded } = this.#modules.get(id) as SourceModule;
    const { mentions, loads } = topLevel.statements[place] as Statement;
    for (const name of mentions) this.#use(id, name);
    for (const load of loads) {
      const found = loaded.get(linkOf(load));
      if (found?.kind === 'inside') this.all(found.id);
    }
  }

  /** What a name stands for at the top of the module; nothing where it has another meaning. */
  #use(id: string, name: string): void {
    const { topLevel } = this.#modules.get(id) as SourceModule;
    const foreign = topLevel.bindings.get(name);
    if (foreign !== undefined) this.#follow(id, foreign);
    for (const place of topLevel.declarers.get(name) ?? []) this.#keep(id, place);
  }

  /** A namespace is handed over whole: by a call through it what it calls gets it as `this`. */
  #follow(id: string, { request, name }: Foreign): void {
    const found = (this.#modules.get(id) as SourceModule).requested[request] as Found;
    if (found.kind === 'outside') return;
    if (name === '*') this.all(found.id);
    else for (const each of exportersOf(found.id, name, this.#modules)) this.#take(each.id, each.name);
  }

  #take(id: string, name: string): void {
    this.#run(id);
    const { taken } = this.#reached.get(id) as { readonly taken: Set<string> };
    if (taken.has(name)) return;
    taken.add(name);
    const exported = (this.#modules.get(id) as SourceModule).topLevel.exports.get(name);
    if (exported === undefined) return;
    if ('local' in exported) this.#use(id, exported.local);
    else this.#follow(id, exported);
  }
}

const byFirst = (a: readonly (string | number)[], b: readonly (string | number)[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1;
