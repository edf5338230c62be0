/** Ways through a syntax tree (ESTree). */
import type { AnyNode, BlockStatement, ForInStatement, ForOfStatement, ForStatement, Pattern } from 'acorn';

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

/** The node and all below it. */
export function* nodesIn(node: AnyNode): Generator<AnyNode> {
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    yield at;
    for (const child of childrenOf(at)) waiting.push(child);
  }
}

/**
 * Names that may stand for something outside the node. Those that a function or a block declares for itself are none; of what is
 * declared in another way (a `var` in an inner block, a class within itself) that is not looked at, and the name is among them.
 */
export function freeNames(...nodes: readonly AnyNode[]): Set<string> {
  const free = new Set<string>();
  const waiting = [...nodes];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    if (at.type === 'Identifier') free.add(at.name);
    else if (isScope(at)) for (const name of freeInScope(at)) free.add(name);
    else for (const child of childrenOf(at)) waiting.push(child);
  return free;
}

type FunctionNode = Extract<AnyNode, { params: Pattern[] }>;

type Scope = FunctionNode | BlockStatement | ForStatement | ForInStatement | ForOfStatement;

const isScope = (node: AnyNode): node is Scope =>
  'params' in node ||
  ['BlockStatement', 'ForStatement', 'ForInStatement', 'ForOfStatement'].includes(node.type);

function freeInScope(node: Scope): ReadonlySet<string> {
  if ('params' in node) return freeInFunction(node);
  const free = new Set<string>();
  for (const child of childrenOf(node)) for (const name of freeNames(child)) free.add(name);
  const head =
    node.type === 'ForStatement' ? node.init : node.type === 'BlockStatement' ? undefined : node.left;
  const declared =
    node.type === 'BlockStatement' ? node.body : head === null || head === undefined ? [] : [head];
  for (const name of declaredIn(declared)) free.delete(name);
  return free;
}

/** Defaults of parameters see the parameters and nothing of the body. */
function freeInFunction({ type, id, params, body }: FunctionNode): ReadonlySet<string> {
  const inBody = freeNames(body);
  if (body.type === 'BlockStatement')
    for (const each of body.body)
      if (each.type === 'VariableDeclaration')
        for (const { id: pattern } of each.declarations)
          for (const name of namesInPattern(pattern)) inBody.delete(name);
  const free = freeNames(...params);
  for (const name of inBody) free.add(name);
  for (const pattern of params) for (const name of namesInPattern(pattern)) free.delete(name);
  if (type === 'FunctionExpression' && id !== null && id !== undefined) free.delete(id.name);
  return free;
}

/** Of the statements of a block in strict code, which are its own. */
function declaredIn(statements: readonly AnyNode[]): readonly string[] {
  return statements.flatMap((each) => {
    if (each.type === 'VariableDeclaration' && each.kind !== 'var')
      return each.declarations.flatMap(({ id }) => namesInPattern(id));
    if (each.type === 'FunctionDeclaration' || each.type === 'ClassDeclaration')
      return each.id === null ? [] : [each.id.name];
    return [];
  });
}
