/**
 * The top level of a module, statement by statement: what each declares, mentions, loads and does, so that what nothing uses can be
 * left out of the key and the rest stands there as Node runs it.
 */
import type {
  AnyNode,
  ExportNamedDeclaration,
  ImportDeclaration,
  ModuleDeclaration,
  Statement as Syntax,
} from 'acorn';

import { hasEffects } from './effects.ts';
import { mentionsIn, nameOf, type Mentions } from './mentions.ts';
import type { Parsed } from './parse.ts';
import { childrenOf, namesInPattern } from './syntax.ts';

export interface TopLevel {
  /** Whether it is an ES module by what stands in it. */
  readonly isModule: boolean;
  /** In their order, without the imports and exports that only name something. */
  readonly statements: readonly Statement[];
  /** Places of the statements that declare a name. */
  readonly declarers: ReadonlyMap<string, readonly number[]>;
  /** What is loaded before the module runs, in its order. */
  readonly requests: readonly Request[];
  /** What names of the module stand for in others. */
  readonly bindings: ReadonlyMap<string, Foreign>;
  /** By the name that others import. */
  readonly exports: ReadonlyMap<string, { readonly local: string } | Foreign>;
  /** Places among the requests of modules all of whose names are exported too. */
  readonly stars: readonly number[];
}

export interface Statement extends Mentions {
  readonly text: string;
  readonly declares: readonly string[];
  /** Whether it does something by itself. */
  readonly acts: boolean;
}

/** A static import. */
export interface Request {
  readonly specifier: string;
  /** `type` and `json` of `with { type: 'json' }`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Those that have to be there, or Node refuses to run the module. */
  readonly names: readonly string[];
}

/** A name of another module; `*` for all of them as one object. */
export interface Foreign {
  /** The place among the requests. */
  readonly request: number;
  readonly name: string;
}

/** What `export default` without a name declares: no identifier is written so. */
const unnamed = '*default*';

export function topLevelOf({ program, textOf }: Parsed): TopLevel {
  const statements: Statement[] = [];
  const requests: Request[] = [];
  const bindings = new Map<string, Foreign>();
  const exports = new Map<string, { readonly local: string } | Foreign>();
  const stars: number[] = [];

  const functions = new Set(program.body.flatMap(functionDeclaredBy));
  const add = (node: AnyNode, declares: readonly string[], acts: boolean): void => {
    statements.push({ ...mentionsIn(node), text: textOf(node.start, node.end), declares, acts });
  };
  const request = (
    node: ImportDeclaration | ExportNamedDeclaration | ModuleDeclaration,
    names: readonly string[],
  ): number => {
    const { source, attributes } = node as ImportDeclaration;
    return requests.push({ specifier: String(source.value), attributes: pairsIn(attributes), names }) - 1;
  };

  for (const node of program.body) {
    switch (node.type) {
      case 'ImportDeclaration': {
        const named = node.specifiers.map((each): readonly [local: string, name: string] => [
          each.local.name,
          each.type === 'ImportSpecifier'
            ? nameOf(each.imported)
            : each.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*',
        ]);
        const place = request(
          node,
          named.flatMap(([, name]) => (name === '*' ? [] : [name])),
        );
        for (const [local, name] of named) bindings.set(local, { request: place, name });
        break;
      }
      case 'ExportAllDeclaration': {
        const place = request(node, []);
        if (node.exported === null || node.exported === undefined) stars.push(place);
        else exports.set(nameOf(node.exported), { request: place, name: '*' });
        break;
      }
      case 'ExportNamedDeclaration':
        if (node.source !== null && node.source !== undefined) {
          const place = request(
            node,
            node.specifiers.map(({ local }) => nameOf(local)),
          );
          for (const { local, exported } of node.specifiers)
            exports.set(nameOf(exported), { request: place, name: nameOf(local) });
        } else if (node.declaration !== null && node.declaration !== undefined) {
          const declares = declaredBy(node.declaration);
          add(node.declaration, declares, hasEffects(node.declaration, functions));
          for (const name of declares) exports.set(name, { local: name });
        } else
          for (const { local, exported } of node.specifiers)
            exports.set(nameOf(exported), { local: nameOf(local) });
        break;
      case 'ExportDefaultDeclaration': {
        const { declaration } = node;
        const name = 'id' in declaration ? declaration.id?.name : undefined;
        const isNamed = name !== undefined && /^(?:Function|Class)Declaration$/.test(declaration.type);
        // With its `export default`: a function or class without a name is called so.
        add(node, isNamed ? [name] : [unnamed], hasEffects(declaration, functions));
        exports.set('default', { local: isNamed ? name : unnamed });
        break;
      }
      default:
        add(node, declaredBy(node), hasEffects(node, functions));
    }
  }
  // An export of an imported name is one of the other module.
  for (const [name, exported] of exports) {
    const foreign = 'local' in exported ? bindings.get(exported.local) : undefined;
    if (foreign !== undefined) exports.set(name, foreign);
  }
  const declarers = new Map<string, number[]>();
  for (const [place, { declares }] of statements.entries())
    for (const name of declares) declarers.set(name, [...(declarers.get(name) ?? []), place]);
  return {
    isModule: true,
    statements: evaluates(statements) ? statements.map(acting) : statements,
    declarers,
    requests,
    bindings,
    exports,
    stars,
  };
}

const evaluates = (statements: readonly Statement[]): boolean => statements.some((each) => each.evaluates);

const acting = (statement: Statement): Statement => ({ ...statement, acts: true });

/** All of a module as one statement. */
export const wholeOf = ({ program, textOf }: Parsed): TopLevel =>
  withStatement({ ...mentionsIn(program), text: textOf(program.start, program.end) });

/** The same of a text in which nothing is looked for. */
export const nothingOf = (text: string): TopLevel =>
  withStatement({ mentions: new Set(), loads: [], evaluates: false, computesNames: false, text });

const withStatement = (statement: Omit<Statement, 'declares' | 'acts'>): TopLevel => ({
  isModule: false,
  statements: [{ ...statement, declares: [], acts: true }],
  requests: [],
  declarers: new Map(),
  bindings: new Map(),
  exports: new Map(),
  stars: [],
});

const functionDeclaredBy = (node: Syntax | ModuleDeclaration): readonly string[] => {
  const declaration = 'declaration' in node ? node.declaration : node;
  return declaration?.type === 'FunctionDeclaration' && declaration.id !== null ? [declaration.id.name] : [];
};

/** A `var` within a block or a loop among them. */
function declaredBy(node: AnyNode): readonly string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
    return node.id === null ? [] : [node.id.name];
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesInPattern(id));
  return varsIn(node);
}

function varsIn(node: AnyNode): readonly string[] {
  const names: string[] = [];
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (/Function|Class/.test(at.type)) continue;
    if (at.type === 'VariableDeclaration' && at.kind === 'var') names.push(...declaredBy(at));
    for (const child of childrenOf(at)) waiting.push(child);
  }
  return names;
}

const pairsIn = (attributes: ImportDeclaration['attributes'] | undefined): Request['attributes'] =>
  attributes?.map(({ key, value }) => [nameOf(key), String(value.value)] as const) ?? [];
