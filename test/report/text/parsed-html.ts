/** HTML as a browser reads it, by a parser that the product does not use. */
import { parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

interface TextNode {
  readonly text: string;
  /** Names of the elements about it, the outermost first. */
  readonly within: readonly string[];
}

const treeOf = (html: string): Node => (html.startsWith('<!doctype') ? parse(html) : parseFragment(html));

export const elementsOf = (html: string): readonly string[] =>
  walk(treeOf(html), []).flatMap(({ node }) => ('tagName' in node ? [node.tagName] : []));

export const textNodesOf = (html: string): readonly TextNode[] =>
  walk(treeOf(html), []).flatMap(({ node, within }) =>
    node.nodeName === '#text' && 'value' in node ? [{ text: node.value, within }] : [],
  );

/** `img src`, and the value. */
export const attributesOf = (html: string): readonly (readonly [name: string, value: string])[] =>
  walk(treeOf(html), []).flatMap(({ node }) =>
    'attrs' in node ? node.attrs.map(({ name, value }) => [`${node.tagName} ${name}`, value] as const) : [],
  );

function walk(node: Node, within: readonly string[]): readonly { node: Node; within: readonly string[] }[] {
  const inner = 'tagName' in node ? [...within, node.tagName] : within;
  const children = 'childNodes' in node ? node.childNodes : [];
  return [{ node, within }, ...children.flatMap((child) => walk(child, inner))];
}
