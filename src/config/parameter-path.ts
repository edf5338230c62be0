/** Dotted names of parameters: `pretrain.loss.exif`. */
import type { Located, LocatedMapping } from './located.ts';

const name = '[A-Za-z][A-Za-z0-9_-]*';
const dotted = new RegExp(`^${name}(\\.${name})*$`);

export function isParameterPath(text: string): boolean {
  return dotted.test(text);
}

/** `a` and `a.b` of `a.b.c`. */
export function groupsOf(path: string): readonly string[] {
  const groups: string[] = [];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1))
    groups.push(path.slice(0, dot));
  return groups;
}

/** Every path of a tree, mappings and leaves, outermost first. */
export function pathsOf(tree: LocatedMapping, prefix = ''): string[] {
  return [...tree.entries].flatMap(([key, { value }]) => {
    const path = `${prefix}${key}`;
    return value.kind === 'mapping' ? [path, ...pathsOf(value, `${path}.`)] : [path];
  });
}

const inputKeys = new Set(['path', 'from', 'set', 'sweep', 'description', 'within', 'files']);

/** Whether a mapping says where an input comes from (`{ path }`, `{ from, set, sweep }`, `{ within, files }`) and so is one value, not a group of parameters. */
export function isInputMapping(value: Located): boolean {
  return (
    value.kind === 'mapping' &&
    ['path', 'from', 'within'].some((key) => value.entries.has(key)) &&
    [...value.entries.keys()].every((key) => inputKeys.has(key))
  );
}
