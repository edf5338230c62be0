/** A configuration from the text of a `pipeline.yaml`, without files and without its schema. */
import type { Configuration } from '../../src/config/configuration.ts';
import { parseOverride } from '../../src/config/override.ts';
import { overrideParameters } from '../../src/config/parameters.ts';
import { readStage } from '../../src/config/stage-declaration.ts';
import type { SweepPart } from '../../src/config/sweep.ts';
import { parseYaml } from '../../src/config/yaml.ts';

/** `effort`: the parameters of stages that cannot change their results. */
export function configurationOf(
  text: string,
  overrides: readonly string[] = [],
  effort: Readonly<Record<string, readonly string[]>> = {},
): Configuration {
  const parsed = parseYaml({ name: 'pipeline.yaml', kind: 'file', text });
  if (!parsed.ok || parsed.value.kind !== 'mapping') throw new Error('the text is no mapping');
  const [declared, stages] = ['params', 'stages'].map((key) =>
    parsed.value.kind === 'mapping' ? parsed.value.entries.get(key)?.value : undefined,
  );
  if (stages?.kind !== 'mapping') throw new Error('there are no stages');
  let params: Configuration['params'] =
    declared?.kind === 'mapping'
      ? declared
      : { kind: 'mapping', entries: new Map(), origin: parsed.value.origin };
  const parts: SweepPart[] = [];
  for (const override of overrides) {
    const option = parseOverride(override);
    if (!option.ok) throw new Error(`not an override: ${override}`);
    if (option.value.kind === 'sweep') parts.push({ kind: 'values', axis: option.value });
    else params = overrideParameters(params, option.value).tree;
  }
  const declarations = [...stages.entries].map(([name, { key, value }]) => {
    if (value.kind !== 'mapping') throw new Error(`stage ${name} is no mapping`);
    return [
      name,
      { ...readStage(name, key, value), check: undefined, effort: effort[name] ?? [], probes: {} },
    ] as const;
  });
  return { root: '/project', params, stages: new Map(declarations), sweep: { parts, exclude: [] } };
}
