/** Whether a statement at the top of a module does anything when nobody uses what it declares. What is not known to do nothing does. */
import type { AnyNode, Class, Expression } from 'acorn';

/** `functions`: names of those that the module declares, which are there from the start. */
export function hasEffects(node: AnyNode, functions: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'EmptyStatement':
    case 'FunctionDeclaration':
      return false;
    case 'ClassDeclaration':
      return !isIdleClass(node, functions);
    case 'VariableDeclaration':
      return (
        !['var', 'let', 'const'].includes(node.kind) ||
        !node.declarations.every(
          ({ id, init }) =>
            id.type === 'Identifier' && (init === null || init === undefined || isIdle(init, functions)),
        )
      );
    default:
      return !isIdle(node, functions);
  }
}

/** Of a value that is made without anything else being read, called or changed. */
function isIdle(node: AnyNode, functions: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'Literal':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ArrowFunctionExpression':
      return true;
    case 'ClassExpression':
    case 'ClassDeclaration':
      return isIdleClass(node, functions);
    case 'Identifier':
      return functions.has(node.name);
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'UnaryExpression':
    case 'BinaryExpression':
      return isNumber(node);
    case 'ArrayExpression':
      return node.elements.every((each) => each === null || isIdle(each, functions));
    case 'ObjectExpression':
      return node.properties.every(
        (each) => each.type === 'Property' && !each.computed && isIdle(each.value, functions),
      );
    default:
      return false;
  }
}

/** One that is written, or reckoned from such alone. */
function isNumber(node: AnyNode): boolean {
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.type === 'UnaryExpression' && /^[-+~!]$/.test(at.operator)) waiting.push(at.argument);
    else if (at.type === 'BinaryExpression' && arithmetic.test(at.operator)) waiting.push(at.left, at.right);
    else if (at.type !== 'Literal' || typeof at.value !== 'number') return false;
  }
  return true;
}

const arithmetic = /^(?:[-+*/%|&^]|\*\*|<<|>>>?)$/;

/** One that runs nothing of its own when it is made. */
function isIdleClass({ superClass, body, ...node }: Class, functions: ReadonlySet<string>): boolean {
  const decorators = (node as { readonly decorators?: readonly Expression[] }).decorators ?? [];
  if (decorators.length > 0 || (superClass !== null && superClass !== undefined)) return false;
  return body.body.every((each) => {
    if (each.type === 'StaticBlock' || each.computed) return false;
    if (each.type === 'MethodDefinition' || !each.static) return true;
    return each.value === null || each.value === undefined || isIdle(each.value, functions);
  });
}
