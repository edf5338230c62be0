/** What a node's key is made of, looked up in files, in the store and in the environment. */
import { resolve } from 'node:path';

import {
  keyFormat,
  type CodePart,
  type InputPart,
  type KeyParts,
  type OwnParts,
  type SourcePart,
} from '../graph/key.ts';
import type { Digest, Graph, InputSource, Node, NodeAction } from '../graph/node.ts';
import type { Previous } from '../graph/plan.ts';
import { contentDigest, contentOfPart, withMarks } from '../store/content.ts';
import { digestOfListed, readFileList, type FileList } from '../store/file-list.ts';
import type { Artifact, Store } from '../store/store.ts';
import { openCodeIndex, type Coverage } from './code/code-index.ts';
import { findCurrent, type FoundArtifact } from './find-current.ts';
import type { PartContext } from './part-missing.ts';
import type { Past } from './past.ts';
import { openProbes } from './probes.ts';

export interface Facts {
  nodeOf(recipe: Digest): Node;
  /** All but the inputs. Throws a `FailureError` for code that cannot be read and probes that cannot answer. */
  ownParts(node: Node): Promise<OwnParts>;
  /** The files and packages that its code is known by. */
  codeCoverage(node: Node): Promise<Coverage>;
  /** `artifactOf` gives the artifacts of the inputs' nodes. Throws a `FailureError` for an input that is not there. */
  inputParts(
    node: Node,
    artifactOf: (recipe: Digest) => Artifact,
    look?: Look,
  ): Promise<readonly InputPart[]>;
  /** The artifact of that work, if it holds still: `store.find`, and what its stage loaded beside its code. */
  find(stage: string, key: Digest): Promise<FoundArtifact>;
  /** How it differs from the last artifact of the node, or else of its name, or else of its stage. */
  previous(node: Node, parts: OwnParts & Partial<KeyParts>): Promise<Previous | null>;
  /** `features/test`, `../photos`. */
  originOf(source: InputSource): string;
}

/** Whether paths are looked at now, or may have been looked at a moment ago: then the caller looks again afterwards. */
export type Look = 'now' | 'a moment ago';

export interface FactsOptions {
  readonly root: string;
  readonly store: Store;
  /** Look at each file once: for a survey, which takes no time. Without it every question looks again. */
  readonly remember: boolean;
  readonly signal?: AbortSignal;
}

export function openFacts(graph: Graph, { root, store, remember, signal }: FactsOptions): Facts {
  const nodes = new Map(graph.nodes.map((node) => [node.recipe, node]));
  const codeIndex = openCodeIndex({ root, store });
  const findCode = (action: NodeAction): Promise<CodePart> => codeIndex.codeOf(action);
  const codeOf = remember ? remembering(canonicalName, findCode) : findCode;
  const probes = openProbes(root);
  const digestPath = ({ path, list }: ListedPath): Promise<Digest> =>
    store.digestInput(path, { list, signal });
  const digestInput = remember ? remembering(nameOfPath, digestPath) : digestPath;
  const nodeOf = (recipe: Digest): Node => {
    const node = nodes.get(recipe);
    if (node === undefined) throw new Error(`the graph has no node with the recipe ${recipe}`);
    return node;
  };
  const originOf = (source: InputSource): string => {
    if (source.kind === 'path') return source.path;
    const { stage } = nodeOf(source.recipe);
    return source.part === null ? stage : `${stage}/${source.part}`;
  };
  const sourcePart = async (
    node: Node,
    input: string,
    source: InputSource,
    artifactOf: (recipe: Digest) => Artifact,
    look: Look,
  ): Promise<SourcePart> => {
    const origin = originOf(source);
    const { overrides, files } = source;
    const list = files === undefined ? undefined : readFileList(artifactOf(files.recipe), files.part);
    if (source.kind === 'path') {
      const path = resolve(root, source.path);
      const digest = await (look === 'now'
        ? digestInput({ path, list })
        : store.digestInput(path, { list, signal, mayBeOfBefore: true }));
      if (list === undefined) return { origin, overrides, digest };
      return { origin, overrides, list: list.name, digest: withMarks(digest, list.marks) };
    }
    const artifact = artifactOf(source.recipe);
    const context = { input, node, producer: nodeOf(source.recipe) };
    const digest = await digestOfPart(artifact, source.part, context, list);
    return { origin, overrides, artifact: artifact.manifest.key, digest };
  };

  let past: Promise<Past> | undefined;

  return {
    nodeOf,
    originOf,
    async ownParts(node) {
      const code = await codeOf(node.action);
      const environment = Object.fromEntries(
        node.environment.map((name) => [name, process.env[name] ?? null]),
      );
      return { format: keyFormat, code, params: await probes.settle(node), environment };
    },
    codeCoverage: (node) => codeIndex.coverageOf(node.action),
    async inputParts(node, artifactOf, look = 'now') {
      const parts: InputPart[] = [];
      for (const { name, swept, sources } of node.inputs) {
        const found: SourcePart[] = [];
        for (const source of sources) found.push(await sourcePart(node, name, source, artifactOf, look));
        parts.push({ name, swept, sources: found });
      }
      return parts;
    },
    find: (stage, key) => findCurrent(stage, key, { root, store }),
    async previous(node, parts) {
      // Loaded here: a run that finds everything done compares nothing.
      past ??= import('./past.ts').then(({ openPast }) => openPast({ root, store }));
      return (await past).previous(node, parts);
    },
  };
}

interface ListedPath {
  readonly path: string;
  readonly list: FileList | undefined;
}

const nameOfPath = ({ path, list }: ListedPath): string => JSON.stringify([path, list?.digest ?? null]);

const canonicalName = (action: NodeAction): string => JSON.stringify(action);

function remembering<Question, Answer>(
  nameOf: (question: Question) => string,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (question) => {
    const name = nameOf(question);
    const answer = answers.get(name) ?? ask(question);
    answers.set(name, answer);
    return answer;
  };
}

async function digestOfPart(
  { manifest }: Artifact,
  part: string | null,
  context: PartContext,
  list?: FileList,
): Promise<Digest> {
  if (list === undefined && part === null) return manifest.digest;
  const content = contentOfPart(manifest, part);
  if (content !== undefined && list !== undefined) {
    const place = `${context.producer.name}${part === null ? '' : `/${part}`}`;
    return digestOfListed(content, list, { marks: manifest.marks, place });
  }
  if (content !== undefined) return withMarks(contentDigest(content), manifest.marks);
  const { partMissing } = await import('./part-missing.ts');
  throw partMissing(
    manifest.files.map(({ path }) => path),
    part ?? '',
    context,
  );
}
