/** A graph as text: a tree for people, Mermaid for Markdown, DOT for Graphviz. Pure. */
import type { ArtifactPart, Digest, Graph, Node } from '../graph/node.ts';
import { dotText, mermaidText } from './text/graph-markup.ts';
import { terminalLine } from './text/terminal.ts';

export type DrawingFormat = 'tree' | 'mermaid' | 'dot';

export function drawGraph(graph: Graph, format: DrawingFormat): string {
  switch (format) {
    case 'tree':
      return treeOf(graph).map(terminalLine).join('\n');
    case 'mermaid':
      return mermaidOf(graph).join('\n');
    case 'dot':
      return dotOf(graph).join('\n');
  }
}

interface Link {
  /** What the node reads under it: `train: features/train`. */
  readonly label: string;
  /** Undefined for a file or folder outside the store. */
  readonly recipe: Digest | undefined;
  readonly path: string;
}

function linksOf(node: Node): readonly Link[] {
  return node.inputs.flatMap(({ name, sources }) =>
    sources.flatMap((source) => [
      source.kind === 'path' ? { label: name, recipe: undefined, path: source.path } : linkTo(source, name),
      ...(source.files === undefined ? [] : [linkTo(source.files, `files of ${name}`)]),
    ]),
  );
}

const linkTo = ({ recipe, part }: ArtifactPart, name: string): Link => ({
  label: part === null ? name : `${name}: ${part}`,
  recipe,
  path: '',
});

const byRecipe = ({ nodes }: Graph): ReadonlyMap<Digest, Node> =>
  new Map(nodes.map((node) => [node.recipe, node]));

/** Deeper nobody reads it, and each line would be as long as it is deep. */
const deepest = 500;

/** From each target down to what it reads; what has been drawn above is only named again. */
function treeOf(graph: Graph): readonly string[] {
  const nodes = byRecipe(graph);
  const drawn = new Set<Digest>();
  const lines: string[] = [];
  const draw = (recipe: Digest, head: string, indent: string, depth = 0): void => {
    const node = nodes.get(recipe) as Node;
    const links = [...new Map(linksOf(node).map((link) => [link.recipe ?? link.path, link])).values()];
    const again = drawn.has(recipe) && links.length > 0;
    const isCut = depth === deepest && links.length > 0;
    const more = again ? ' (above)' : isCut ? ` (and below: pipe graph ${node.stage})` : '';
    lines.push(`${head}${node.name}${more}`);
    if (again || isCut) return;
    drawn.add(recipe);
    for (const [index, link] of links.entries()) {
      const isLast = index === links.length - 1;
      const branch = `${indent}${isLast ? '└─ ' : '├─ '}`;
      if (link.recipe === undefined) lines.push(`${branch}${link.path}`);
      else draw(link.recipe, branch, `${indent}${isLast ? '   ' : '│  '}`, depth + 1);
    }
  };
  for (const { recipe } of graph.targets) draw(recipe, '', '');
  return lines;
}

/** Numbers in the order of the graph stand for the names, which may hold anything. */
function namesOf({ nodes }: Graph): ReadonlyMap<Digest, string> {
  return new Map(nodes.map(({ recipe }, index) => [recipe, `n${index}`]));
}

function mermaidOf(graph: Graph): readonly string[] {
  const ids = namesOf(graph);
  return [
    'flowchart LR',
    ...drawn(graph, ids, {
      node: (id, name) => `  ${id}[${mermaidText(name)}]`,
      path: (id, path) => `  ${id}[/${mermaidText(path)}/]`,
      link: (from, to, label) => `  ${from} -->|${mermaidText(label)}| ${to}`,
    }),
  ];
}

function dotOf(graph: Graph): readonly string[] {
  const ids = namesOf(graph);
  return [
    'digraph pipeline {',
    '  rankdir=LR; node [shape=box];',
    ...drawn(graph, ids, {
      node: (id, name) => `  ${id} [label=${dotText(name)}];`,
      path: (id, path) => `  ${id} [label=${dotText(path)}, shape=folder];`,
      link: (from, to, label) => `  ${from} -> ${to} [label=${dotText(label)}];`,
    }),
    '}',
  ];
}

interface Pen {
  node(id: string, name: string): string;
  path(id: string, path: string): string;
  link(from: string, to: string, label: string): string;
}

function drawn({ nodes }: Graph, ids: ReadonlyMap<Digest, string>, pen: Pen): readonly string[] {
  const paths = new Map(
    [...new Set(nodes.flatMap((node) => linksOf(node).flatMap(pathOf)))].map((path, at) => [path, `p${at}`]),
  );
  const idOf = ({ recipe, path }: Link): string =>
    (recipe === undefined ? paths.get(path) : ids.get(recipe)) as string;
  return [
    ...[...paths].map(([path, id]) => pen.path(id, path)),
    ...nodes.map(({ recipe, name }) => pen.node(ids.get(recipe) as string, name)),
    ...nodes.flatMap((node) =>
      linksOf(node).map((link) => pen.link(idOf(link), ids.get(node.recipe) as string, link.label)),
    ),
  ];
}

const pathOf = ({ recipe, path }: Link): readonly string[] => (recipe === undefined ? [path] : []);
