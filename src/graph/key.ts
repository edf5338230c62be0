/** What a key is made of, and what sets two keys apart. Pure. */
import type { MetricsFile } from '../config/stage-declaration.ts';
import type { Json, JsonObject } from '../json.ts';
import { digestOf } from './encoding.ts';
import type { Digest } from './node.ts';

/** Raised when the meaning of keys or artifacts changes; every older artifact then no longer counts. */
export const keyFormat = 2;

export interface KeyParts {
  readonly format: number;
  readonly code: CodePart;
  readonly params: Json;
  readonly inputs: readonly InputPart[];
  /** Of declared variables the digests of their values; null where one is not set. */
  readonly environment: Readonly<Record<string, Digest | null>>;
}

/** What is known of a node before its inputs are. */
export type OwnParts = Omit<KeyParts, 'inputs'>;

export type CodePart =
  | {
      readonly kind: 'module';
      /** Node's major version: its engine makes numbers too. */
      readonly node: string;
      /** What stages and the runner have promised each other (`src/run/code/stage-api.ts`). */
      readonly stageApi: number;
      /** Of what Node would run of ours: the module, its workers and all that they import, without comments and white space. */
      readonly bundle: Digest;
      /** Of what that text does not tell: which files of which copies of which packages were found for it, the formats of modules. */
      readonly resolution: Digest;
      /** Files named by `new URL(reference, import.meta.url)`, `resolve` and `createRequire`; null where there is no such file. */
      readonly files: readonly ReferencedFile[];
      /** `name@version` of each package reached, in code-point order. */
      readonly packages: readonly string[];
      /** For people, not in the key: the bytes of each source file, by its path relative to the project's root. */
      readonly sources: Readonly<Record<string, Digest>>;
    }
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly files: readonly ReferencedFile[];
      /** What is recorded as measured depends on it; absent where none is declared. */
      readonly metrics?: MetricsFile;
    };

export interface ReferencedFile {
  readonly reference: string;
  readonly digest: Digest | null;
  /** Of a command's script: it may be executed by its owner (an empty path), or these files of a folder may; absent where none may. */
  readonly executable?: readonly string[];
}

export interface InputPart {
  readonly name: string;
  readonly swept: boolean;
  readonly sources: readonly SourcePart[];
}

export interface SourcePart {
  /** For people, not in the key: `gmm`, `features/test`, `../photos`. */
  readonly origin: string;
  readonly overrides: Readonly<Record<string, Json>>;
  /** For people, not in the key: the key of the artifact it stands in; absent for a path. */
  readonly artifact?: Digest;
  /** The list that says which files of a folder count; absent where all of them do. Not in the key: the digest is of those files. */
  readonly list?: string;
  /** Of the file or folder used, with the marks of the artifact it stands in. */
  readonly digest: Digest;
}

/** The name of a node's work, its `workOf` besides where that is known: equal for equal code, parameters, bytes of inputs and environment. */
export function keyOf(parts: KeyParts, work: Digest = workOf(parts)): Digest {
  const inputs = parts.inputs.map(({ name, swept, sources }) => ({
    name,
    swept,
    sources: sources.map(({ overrides, digest }) => ({ overrides, digest })),
  }));
  return digestOf({ work, inputs });
}

/** The part of a key that is known before the inputs are. */
export function workOf({ format, code, params, environment }: Omit<KeyParts, 'inputs'>): Digest {
  return digestOf({ format, code: codeInKey(code), params, environment });
}

/** The name of what a node writes, whatever is read of it as measured: equal for works that differ in that alone. */
export function outputKeyOf(parts: KeyParts): Digest {
  if (parts.code.kind === 'module') return keyOf(parts);
  const { metrics: _, ...code } = parts.code;
  return keyOf({ ...parts, code });
}

function codeInKey(code: CodePart): Json {
  const files = code.files.map(({ reference, digest, executable }) => ({
    reference,
    digest,
    ...(executable === undefined ? {} : { executable }),
  }));
  return code.kind === 'module'
    ? {
        kind: code.kind,
        node: code.node,
        stageApi: code.stageApi,
        bundle: code.bundle,
        resolution: code.resolution,
        packages: code.packages,
        files,
      }
    : { kind: code.kind, command: code.command, files, ...metricsInKey(code) };
}

const metricsInKey = ({ metrics }: Extract<CodePart, { kind: 'command' }>): JsonObject =>
  metrics === undefined ? {} : { metrics: { file: metrics.file, directions: metrics.directions } };

/** One thing that differs between two keys; `before` or `after` is undefined where only one of them has it. */
export interface KeyChange {
  readonly part: 'format' | 'code' | 'package' | 'params' | 'input' | 'environment';
  /** What changed, for people: a source file, a package, `gmm.components`, `train: features/train`. */
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Which files of an input; absent where that is not known any more, and for an input that is one file. */
  readonly files?: FileChanges;
}

export interface FileChanges {
  /** Files that there are now. */
  readonly total: number;
  readonly changed: NamedFiles;
  readonly added: NamedFiles;
  readonly removed: NamedFiles;
}

interface NamedFiles {
  readonly count: number;
  /** The first of them in code-point order. */
  readonly first: readonly string[];
}
