/** Which module a name comes from: the rules of ES modules (ECMA-262, ResolveExport). */
import type { Found, SourceModule } from './source-modules.ts';

/** A name of a module; `name` undefined where the module is no ES module of ours, and may export anything. */
export interface Exporter {
  readonly id: string;
  readonly name: string | undefined;
}

/** Where the name is exported, through all that only hand it on: several where it is ambiguous. `export *` hands on no `default`. */
export function exportersOf(
  id: string,
  name: string,
  modules: ReadonlyMap<string, SourceModule>,
  seen: ReadonlySet<string> = new Set(),
): readonly Exporter[] {
  const module = modules.get(id);
  if (module === undefined || (module.format === 'json' ? name === 'default' : isOpen(module)))
    return [{ id, name: undefined }];
  if (module.topLevel.exports.has(name)) return [{ id, name }];
  if (name === 'default' || seen.has(id)) return [];
  const found = module.topLevel.stars.flatMap((place): readonly Exporter[] => {
    const target = module.requested[place] as Found;
    if (target.kind === 'outside') return [{ id: target.specifier, name: undefined }];
    return exportersOf(target.id, name, modules, new Set([...seen, id]));
  });
  const known = found.filter((each) => each.name !== undefined);
  const sources = new Map(
    (known.length > 0 ? known : found.slice(0, 1)).map((each) => [originOf(each, modules), each]),
  );
  return [...sources.values()];
}

/** Two modules that hand on one name of a third export the same. */
function originOf(
  { id, name }: Exporter,
  modules: ReadonlyMap<string, SourceModule>,
  seen: ReadonlySet<string> = new Set(),
): string {
  const own = JSON.stringify([id, name]);
  const module = modules.get(id);
  const exported = name === undefined ? undefined : module?.topLevel.exports.get(name);
  const isOwn = exported === undefined || 'local' in exported || exported.name === '*';
  // What two hand on to each other comes from nowhere.
  if (module === undefined || isOwn || seen.has(own)) return own;
  const target = module.requested[exported.request] as Found;
  if (target.kind === 'outside') return JSON.stringify([target.specifier, exported.name]);
  const [first] = exportersOf(target.id, exported.name, modules);
  return first === undefined ? own : originOf(first, modules, new Set([...seen, own]));
}

/** CommonJS, and what may be: what it exports is seen when it runs. */
const isOpen = ({ format, topLevel: { exports, requests, stars } }: SourceModule): boolean =>
  format !== 'module' && exports.size === 0 && requests.length === 0 && stars.length === 0;
