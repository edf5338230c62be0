/** The names that a piece of a program mentions, and what it loads. */
import type { AnyNode, Expression, Identifier, Literal } from 'acorn';

import { freeNames, nodesIn } from './syntax.ts';

export interface Mentions {
  /** Names that may be those of the module, whatever they stand for there. */
  readonly mentions: ReadonlySet<string>;
  readonly loads: readonly Load[];
  /** Whether a name may be used that stands in a text. */
  readonly evaluates: boolean;
  /** Whether anything is loaded under a name that is put together, or by a text that is run. */
  readonly computesNames: boolean;
}

/** What is loaded while the module runs, under a name that is written in it. */
export interface Load {
  readonly specifier: string;
  readonly kind: 'import' | 'require' | 'require-resolve';
  readonly type: string | undefined;
}

export function mentionsIn(node: AnyNode): Mentions {
  const loads: Load[] = [];
  let [evaluates, computesNames] = [false, false];
  for (const at of nodesIn(node)) {
    if (at.type === 'Identifier' && (at.name === 'eval' || at.name === 'Function')) {
      computesNames = true;
      evaluates ||= at.name === 'eval';
    }
    if (at.type === 'ImportExpression') {
      const { source, options } = at as { source: Expression; options?: Expression | null };
      const specifier = textIn(source);
      if (specifier === undefined) computesNames = true;
      else loads.push({ specifier, kind: 'import', type: typeInOptions(options) });
    }
    if (at.type === 'CallExpression') {
      const kind = requireIn(at.callee);
      const [first] = at.arguments;
      const specifier = first === undefined || first.type === 'SpreadElement' ? undefined : textIn(first);
      if (kind !== undefined && specifier !== undefined) loads.push({ specifier, kind, type: undefined });
    }
  }
  return { mentions: freeNames(node), loads, evaluates, computesNames };
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

/** Of a text that is written, in one piece or in several. */
function textIn(node: AnyNode): string | undefined {
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [textIn(node.left), textIn(node.right)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
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
