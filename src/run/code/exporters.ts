/** Where a name of a module comes from (ECMA-262, ResolveExport). */
import type { Found, SourceModule } from './source-modules.ts';

/** By their `id`. */
export type Modules = ReadonlyMap<string, SourceModule>;

interface Exporter {
  readonly id: string;
  readonly name: string;
}

/**
 * The nearest modules of ours that export the name, or hand it on under a name that they write: itself, or those behind its
 * `export *`, which hands on no `default`.
 */
export function exportersOf(
  id: string,
  name: string,
  modules: Modules,
  seen = new Set<string>(),
): readonly Exporter[] {
  const module = modules.get(id);
  if (module === undefined || seen.has(id)) return [];
  seen.add(id);
  if (module.topLevel.exports.has(name)) return [{ id, name }];
  if (name === 'default') return [];
  return starsOf(module).flatMap((found) =>
    found.kind === 'inside' ? exportersOf(found.id, name, modules, seen) : [],
  );
}

/** Whether Node would find the name, and one thing for it. */
export const isExported = (id: string, name: string, modules: Modules): boolean => {
  const origin = originOf(id, name, modules, new Set());
  return origin !== undefined && origin !== ambiguous;
};

const ambiguous = 'two things';
/** What is not ours, and CommonJS: it may export the name. */
const perhaps = 'perhaps';

/** Names the one place that declares it; undefined where none does. */
function originOf(id: string, name: string, modules: Modules, seen: Set<string>): string | undefined {
  const module = modules.get(id) as SourceModule;
  if (module.format === 'json') return name === 'default' ? JSON.stringify([id]) : undefined;
  if (isOpen(module)) return perhaps;
  const here = JSON.stringify([id, name]);
  if (seen.has(here)) return undefined;
  seen.add(here);
  const exported = module.topLevel.exports.get(name);
  if (exported !== undefined) {
    if ('local' in exported || exported.name === '*') return here;
    const found = module.requested[exported.request] as Found;
    return found.kind === 'outside'
      ? JSON.stringify([found.specifier, exported.name])
      : originOf(found.id, exported.name, modules, seen);
  }
  if (name === 'default') return undefined;
  let origin: string | undefined;
  for (const found of starsOf(module)) {
    const next = found.kind === 'outside' ? perhaps : originOf(found.id, name, modules, seen);
    if (next === ambiguous) return ambiguous;
    if (next === undefined || next === origin || (next === perhaps && origin !== undefined)) continue;
    if (origin !== undefined && origin !== perhaps) return ambiguous;
    origin = next;
  }
  return origin;
}

export const starsOf = ({ topLevel: { stars }, requested }: SourceModule): readonly Found[] =>
  stars.map((place) => requested[place] as Found);

/** CommonJS, and what may be: what it exports is seen when it runs. */
const isOpen = ({ format, isNeeded, topLevel: { isModule } }: SourceModule): boolean =>
  !isNeeded || (format !== 'module' && !isModule);
