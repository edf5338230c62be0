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
import type { InputLook } from '../store/input-looks.ts';
import type { Artifact, Store } from '../store/store.ts';
import { openCodeIndex, type CodeIndex, type Coverage } from './code/code-index.ts';
import { digestOfVariable } from './declared-environment.ts';
import { failedLog } from './failed-attempt.ts';
import { findCurrent, type FoundArtifact } from './find-current.ts';
import type { PartContext } from './part-missing.ts';
import type { Past } from './past.ts';
import { openProbes } from './probes.ts';

export type ArtifactOf = (recipe: Digest) => Artifact;

export interface Facts {
  nodeOf(recipe: Digest): Node;
  /** All but the inputs. Throws a `FailureError` for code that cannot be read and probes that cannot answer. */
  ownParts(node: Node): Promise<OwnParts>;
  /** The files and packages that its code is known by. */
  codeCoverage(node: Node): Promise<Coverage>;
  /** `artifactOf` gives the artifacts of the inputs' nodes. Throws a `FailureError` for an input that is not there. */
  inputParts(node: Node, artifactOf: ArtifactOf): Promise<readonly InputPart[]>;
  /** All that its key is made of, with how that looked before it was read. */
  keyParts(node: Node, artifactOf: ArtifactOf, look: Look): Promise<SeenParts>;
  /** Looks now: the first path of the code that does not look as it did, absolute. */
  codeChangedSince(code: SeenParts['code']): string | undefined;
  /** The artifact of that work, if it holds still: `store.find`, and what its stage loaded beside its code. */
  find(stage: string, key: Digest): Promise<FoundArtifact>;
  /** That very work was tried, and failed. */
  hasFailed(stage: string, key: Digest): boolean;
  /** How it differs from the last artifact of the node, or else of its name, or else of its stage. */
  previous(node: Node, parts: OwnParts & Partial<KeyParts>): Promise<Previous | null>;
  /** `features/test`, `../photos`. */
  originOf(source: InputSource): string;
}

export interface SeenParts {
  readonly parts: KeyParts;
  /** Before anything was looked at, in milliseconds since 1970. */
  readonly at: number;
  readonly code: Awaited<ReturnType<CodeIndex['stampsOf']>>;
  /** Of inputs outside the store and of scripts. */
  readonly paths: readonly InputLook[];
}

/** Whether paths are looked at now, or may have been looked at a moment ago: the caller looks again when the stage has ended. */
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
    artifactOf: ArtifactOf,
    digestOf: DigestOfPath,
  ): Promise<SourcePart> => {
    const origin = originOf(source);
    const { overrides, files } = source;
    const list = files === undefined ? undefined : readFileList(artifactOf(files.recipe), files.part);
    if (source.kind === 'path') {
      const digest = await digestOf({ path: resolve(root, source.path), list });
      if (list === undefined) return { origin, overrides, digest };
      return { origin, overrides, list: list.name, digest: withMarks(digest, list.marks) };
    }
    const artifact = artifactOf(source.recipe);
    const context = { input, node, producer: nodeOf(source.recipe) };
    const digest = await digestOfPart(artifact, source.part, context, list);
    return { origin, overrides, artifact: artifact.manifest.key, digest };
  };

  const inputParts = async (
    node: Node,
    artifactOf: ArtifactOf,
    digestOf: DigestOfPath,
  ): Promise<readonly InputPart[]> => {
    const parts: InputPart[] = [];
    for (const { name, swept, sources } of node.inputs) {
      const found: SourcePart[] = [];
      for (const source of sources) found.push(await sourcePart(node, name, source, artifactOf, digestOf));
      parts.push({ name, swept, sources: found });
    }
    return parts;
  };
  const ownParts = async (node: Node): Promise<OwnParts> => {
    const code = await codeOf(node.action);
    const environment = Object.fromEntries(node.environment.map((name) => [name, digestOfVariable(name)]));
    return { format: keyFormat, code, params: await probes.settle(node), environment };
  };

  let past: Promise<Past> | undefined;

  return {
    nodeOf,
    originOf,
    ownParts,
    codeCoverage: (node) => codeIndex.coverageOf(node.action),
    inputParts: (node, artifactOf) => inputParts(node, artifactOf, digestInput),
    async keyParts(node, artifactOf, look) {
      const at = Date.now();
      const paths: InputLook[] = [];
      const digestOf: DigestOfPath = async ({ path, list }) => {
        const seen = await store.lookAtInput(path, { list, signal, mayBeOfBefore: look === 'a moment ago' });
        paths.push(seen);
        return seen.table.digest;
      };
      // How the code looks comes before what it is: it may change between the two.
      const code = await codeIndex.stampsOf(node.action);
      for (const path of scriptsOf(node.action))
        await digestOf({ path: resolve(root, path), list: undefined });
      const parts = { ...(await ownParts(node)), inputs: await inputParts(node, artifactOf, digestOf) };
      return { parts, at, code, paths };
    },
    codeChangedSince: (code) => codeIndex.changedSince(code),
    find: (stage, key) => findCurrent(stage, key, { root, store }),
    hasFailed: (stage, key) => failedLog(store.layout, stage, key) !== undefined,
    async previous(node, parts) {
      // Loaded here: a run that finds everything done compares nothing.
      past ??= import('./past.ts').then(({ openPast }) => openPast({ root, store }));
      return (await past).previous(node, parts);
    },
  };
}

type DigestOfPath = (path: ListedPath) => Promise<Digest>;

const scriptsOf = (action: NodeAction): readonly string[] => (action.kind === 'command' ? action.files : []);

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
