/** The words of the graph: what `config` resolves to, what `plan` decides about, what `run` carries out. Types alone. */
import type { MetricsFile, StageLimits } from '../config/stage-declaration.ts';
import type { Json } from '../json.ts';

declare const digestBrand: unique symbol;
/** A SHA-256 in lower-case hexadecimal. */
export type Digest = string & { readonly [digestBrand]: true };

/** A stage with the parameters it can see, its own and those of everything above it. */
export interface Node {
  /** The hash of all that is known before anything runs: action, parameters, resources excepted, recipes of the inputs. */
  readonly recipe: Digest;
  readonly stage: string;
  /** For people, unique in a graph: `gmm`, or `gmm[gmm.components=4]` with the overrides that set it apart. */
  readonly name: string;
  readonly action: NodeAction;
  /** The parameters that enter the key, those of `probes` as they are configured. */
  readonly params: Json;
  /** The other parameters of the stage, those that cannot change its result: a number of workers. */
  readonly effort: Readonly<Record<string, Json>>;
  /** Modules of the project, by the parameters whose values they settle for this machine; see `src/probe.ts`. */
  readonly probes: Readonly<Record<string, string>>;
  /** In code-point order of their names. */
  readonly inputs: readonly NodeInput[];
  readonly resources: Readonly<Record<string, number | 'all'>>;
  readonly limits: StageLimits;
  /** Names of the environment variables it may see; their values enter the key. */
  readonly environment: readonly string[];
}

export type NodeAction =
  /** A TypeScript module, its path relative to the project's root. */
  | { readonly kind: 'module'; readonly module: string }
  /** A command line for `sh -c`; `files` are the scripts and programs of the project whose bytes enter the key. */
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly files: readonly string[];
      readonly metrics?: MetricsFile;
    };

export interface NodeInput {
  readonly name: string;
  /** A swept input holds its points in order; a plain one holds exactly one; one that resolved to null holds none. */
  readonly swept: boolean;
  readonly sources: readonly InputSource[];
}

export type InputSource = {
  readonly overrides: Readonly<Record<string, Json>>;
  /** A file of an artifact that names, as a JSON list of relative paths, what of the folder is read. All of it where absent. */
  readonly files?: ArtifactPart;
} & (
  | ({ readonly kind: 'node' } & ArtifactPart)
  | {
      readonly kind: 'path';
      /** As it was written. */
      readonly path: string;
    }
);

export interface ArtifactPart {
  readonly recipe: Digest;
  /** A file or folder inside the artifact, or null for the whole. */
  readonly part: string | null;
}

export interface Graph {
  /** Every node once, inputs before those who use them; ties by stage in code-point order, and then in the order of the sweep. */
  readonly nodes: readonly Node[];
  /** What was asked for: one node for each point of the command line's sweep. */
  readonly targets: readonly GraphTarget[];
}

export interface GraphTarget {
  readonly recipe: Digest;
  /** The point of the sweep; empty without one. */
  readonly overrides: Readonly<Record<string, Json>>;
}
