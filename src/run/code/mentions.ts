/** The names that a piece of a program mentions, and what it loads. */
import type { AnyNode, Expression, Identifier, Literal } from 'acorn';

import { childrenOf } from './syntax.ts';

export interface Mentions {
  /** Every name, whatever it stands for there. */
  readonly mentions: ReadonlySet<string>;
  readonly loads: readonly Load[];
  /** Whether a name may be used that stands in a text. */
  readonly evaluates: boolean;
}

/** What is loaded while the module runs, under a name that is written in it. */
export interface Load {
  readonly specifier: string;
  readonly kind: 'import' | 'require' | 'require-resolve';
  readonly type: string | undefined;
}

export function mentionsIn(node: AnyNode): Mentions {
  const mentions = new Set<string>();
  const loads: Load[] = [];
  let evaluates = false;
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.type === 'Identifier') mentions.add(at.name);
    if (at.type === 'ImportExpression') {
      const { source, options } = at as { source: Expression; options?: Expression | null };
      const specifier = textIn(source);
      if (specifier !== undefined) loads.push({ specifier, kind: 'import', type: typeInOptions(options) });
    }
    if (at.type === 'CallExpression') {
      const { callee } = at;
      if (callee.type === 'Identifier' && callee.name === 'eval') evaluates = true;
      const kind = requireIn(callee);
      const [first] = at.arguments;
      const specifier = first === undefined || first.type === 'SpreadElement' ? undefined : textIn(first);
      if (kind !== undefined && specifier !== undefined) loads.push({ specifier, kind, type: undefined });
    }
    waiting.push(...childrenOf(at));
  }
  return { mentions, loads, evaluates };
}

function requireIn(callee: AnyNode): 'require' | 'require-resolve' | undefined {
  if (callee.type === 'Identifier' && callee.name === 'require') return 'require';
  if (
    callee.type !== 'MemberExpression' ||
    callee.object.type !== 'Identifier' ||
    callee.object.name !== 'require'
  )
    return undefined;
  return callee.property.type === 'Identifier' && callee.property.name === 'resolve'
    ? 'require-resolve'
    : undefined;
}

function textIn(node: Expression): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

export const nameOf = (node: Identifier | Literal): string =>
  node.type === 'Identifier' ? node.name : String(node.value);

/** Of `import(x, { with: { type: 'json' } })`. */
function typeInOptions(options: Expression | null | undefined): string | undefined {
  const inner = propertyIn(options, 'with');
  const type = propertyIn(inner, 'type');
  return type === undefined ? undefined : textIn(type);
}

function propertyIn(node: Expression | null | undefined, name: string): Expression | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties)
    if (
      property.type === 'Property' &&
      !property.computed &&
      nameOf(property.key as Identifier | Literal) === name
    )
      return property.value;
  return undefined;
}
