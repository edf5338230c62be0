/** Ways through a syntax tree (ESTree). */
import type { AnyNode, Pattern } from 'acorn';

/** Without names that stand for no variable: those of members and keys. */
export function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const [field, value] of Object.entries(node)) {
    if (isName(node, field)) continue;
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) yield each;
    } else if (isNode(value)) yield value;
  }
}

function isName(node: AnyNode, field: string): boolean {
  if (node.type === 'MemberExpression') return field === 'property' && !node.computed;
  if (node.type === 'Property') return field === 'key' && !node.computed && !node.shorthand;
  return (
    (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') &&
    field === 'key' &&
    !node.computed
  );
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

export function namesInPattern(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each === null ? [] : namesInPattern(each)));
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        namesInPattern(each.type === 'RestElement' ? each.argument : each.value),
      );
    case 'AssignmentPattern':
      return namesInPattern(pattern.left);
    case 'RestElement':
      return namesInPattern(pattern.argument);
    default:
      return [];
  }
}
