/**
 * The public module for those whose parameters depend on the machine: `backend: auto`.
 *
 * A stage's schema names a probe at a parameter, `"settledBy": "probes/backend.ts"`. Before a key is made the probe is
 * asked what the value stands for on this machine; its answer enters the key and is handed to the stage, so that
 * `auto` and what it stands for are one. A probe is asked in every plan: it looks at what takes no time.
 */
import type { Json } from './json.ts';

export interface ProbeDefinition {
  /** `value` as it is configured; gives the value to use. The same machine gives the same answer. */
  settle(value: Json): Json;
  /**
   * What a stage takes while it runs, beside what it declares, where its parameter stands for `settled`: a card where that is a
   * card's backend, so that two stages do not share one by accident.
   */
  takes?(settled: Json): Readonly<Record<string, number>>;
}

export function defineProbe(definition: ProbeDefinition): ProbeDefinition {
  return definition;
}
