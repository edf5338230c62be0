/**
 * The top level of a module, statement by statement: what each declares, mentions, loads and does, so that what nothing uses can be
 * left out of the key and the rest stands there as Node runs it.
 */
import type {
  AnyNode,
  ExportNamedDeclaration,
  ImportDeclaration,
  ModuleDeclaration,
  Program,
  Statement as Syntax,
} from 'acorn';

import { hasEffects } from './effects.ts';
import { mentionsIn, nameOf, type Mentions } from './mentions.ts';
import { childrenOf, namesInPattern } from './syntax.ts';

export interface TopLevel {
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
  /** Whether a name may be used that stands in a text: nothing can be left out then. */
  readonly evaluates: boolean;
}

export interface Statement extends Pick<Mentions, 'mentions' | 'loads'> {
  readonly text: string;
  readonly declares: readonly string[];
  /** Whether it does something by itself. */
  readonly acts: boolean;
}

/** A static import. */
export interface Request {
  readonly specifier: string;
  /** `json` of `with { type: 'json' }`. */
  readonly type: string | undefined;
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

/** `text` is what was parsed. */
export function topLevelOf(program: Program, text: string): TopLevel {
  const statements: Statement[] = [];
  const requests: Request[] = [];
  const bindings = new Map<string, Foreign>();
  const exports = new Map<string, { readonly local: string } | Foreign>();
  const stars: number[] = [];
  let evaluates = false;

  const functions = new Set(program.body.flatMap(functionDeclaredBy));
  const add = (node: AnyNode, declares: readonly string[], acts: boolean): void => {
    const found = mentionsIn(node);
    evaluates ||= found.evaluates;
    statements.push({ ...found, text: text.slice(node.start, node.end), declares, acts });
  };
  const request = (
    node: ImportDeclaration | ExportNamedDeclaration | ModuleDeclaration,
    names: readonly string[],
  ): number => {
    const { source, attributes } = node as ImportDeclaration;
    return requests.push({ specifier: String(source.value), type: typeIn(attributes), names }) - 1;
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
  return { statements, declarers, requests, bindings, exports, stars, evaluates };
}

/** All of a module as one statement. */
export function wholeOf(program: Program, text: string): TopLevel {
  const { mentions, loads } = mentionsIn(program);
  const whole: Statement = { text, declares: [], mentions, loads, acts: true };
  return {
    statements: [whole],
    requests: [],
    declarers: new Map(),
    bindings: new Map(),
    exports: new Map(),
    stars: [],
    evaluates: true,
  };
}

const functionDeclaredBy = (node: Syntax | ModuleDeclaration): readonly string[] => {
  const declaration = 'declaration' in node ? node.declaration : node;
  return declaration?.type === 'FunctionDeclaration' && declaration.id !== null ? [declaration.id.name] : [];
};

/** A `var` within a block or a loop among them. */
function declaredBy(node: AnyNode): readonly string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
    return node.id === null ? [] : [node.id.name];
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesInPattern(id));
  return [...varsIn(node)];
}

function* varsIn(node: AnyNode): Generator<string> {
  if (/Function|Class/.test(node.type)) return;
  if (node.type === 'VariableDeclaration' && node.kind === 'var') yield* declaredBy(node);
  for (const child of childrenOf(node)) yield* varsIn(child);
}

const typeIn = (attributes: ImportDeclaration['attributes'] | undefined): string | undefined =>
  attributes?.flatMap(({ key, value }) => (nameOf(key) === 'type' ? [String(value.value)] : []))[0];
