/** Texts of `pipeline.yaml` that are wrong in as many places as fit, by what is wrong with them. */

export interface WrongFile {
  readonly text: string;
  /** Of the command line, beside `plan s`. */
  readonly options?: readonly string[];
  readonly experiment?: string;
}

const text = (written: string): WrongFile => ({ text: written });

/** `bytes`: about how long each may be. Each is made when it is asked for. */
export function wrongFiles(bytes: number): Readonly<Record<string, () => WrongFile>> {
  const many = (piece: (index: number) => string): string => {
    const pieces: string[] = [];
    for (let length = 0; length < bytes - 300; length += pieces.at(-1)?.length ?? 1)
      pieces.push(piece(pieces.length));
    return pieces.join('');
  };
  const end = "stages: { s: { run: 'true' } }\n";
  const half = bytes / 2;
  const count = (size: number): number => Math.floor(half / size);
  const list = (size: number, item: (index: number) => string, joint: string): string =>
    Array.from({ length: count(size) }, (_, index) => item(index)).join(joint);
  return {
    'one key again and again': () => text(`params:\n${many(() => '  k: 1\n')}`),
    'keys twice': () => text(`params:\n${many((i) => `  k${i >> 1}: 1\n`)}${end}`),
    'unknown keys at the top': () => text(many((i) => `key${i}: 1\n`) + end),
    'unknown keys of a stage': () =>
      text(`stages:\n  s:\n    run: 'true'\n${many((i) => `    key${i}: 1\n`)}`),
    'unknown keys of an edge': () =>
      text(
        `stages:\n  s:\n    run: 'true'\n    inputs:\n      i:\n        from: s\n${many((i) => `        key${i}: 1\n`)}`,
      ),
    'names that are none': () => text(`params:\n${many((i) => `  "${i} x": 1\n`)}${end}`),
    'stages that are wrong': () =>
      text(`stages:\n  s: { run: 'true' }\n${many((i) => `  s${i}: { rn: x, timeout: a, retries: -1 }\n`)}`),
    'stages that are nothing': () => text(`stages:\n${many((i) => `  s${i}: 1\n`)}`),
    'stages with unknown inputs': () =>
      text(
        `stages:\n  s: { run: 'true' }\n${many((i) => `  s${i}: { run: 'true', inputs: { i: t${i} } }\n`)}`,
      ),
    'a stage with unknown inputs': () =>
      text(`stages:\n  s:\n    run: 'true'\n    inputs:\n${many((i) => `      i${i}: t${i}\n`)}`),
    'unknown references': () =>
      text(
        `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}stages:\n  s:\n    run: 'true'\n    with:\n${list(28, (i) => `      a${i}: '\${q${i}}'\n`, '')}`,
      ),
    'unknown references in a text': () =>
      text(`stages:\n  s:\n    run: 'true'\n    with: { a: '${many((i) => `\${q${i}} `)}' }\n`),
    'references in a ring': () =>
      text(
        `params:\n${many((i) => `  p${i}: '\${p${i + 1}}'\n`)}  last: '\${p0}'\nstages: { s: { run: 'true', with: { p: '\${p0}' } } }\n`,
      ),
    'stages in a ring': () =>
      text(
        `stages:\n  s: { run: 'true', inputs: { i: s0 } }\n${many((i) => `  s${i}: { run: 'true', inputs: { i: s${i + 1} } }\n`)}`,
      ),
    'stages in many rings': () =>
      text(
        `stages:\n  s: { run: 'true' }\n${many((i) => `  s${i}: { run: 'true', inputs: { i: s${i ^ 1} } }\n`)}`,
      ),
    'unknown placeholders': () => text(`stages:\n  s:\n    run: "${many((i) => `{{ with.a${i} }} `)}"\n`),
    'parameters as variables': () =>
      text(
        `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}stages:\n  s:\n    run: "${list(12, (i) => `\${p${i}} `, '')}"\n`,
      ),
    'a placeholder a thousand times': () =>
      text(`stages:\n  s:\n    run: "${many(() => '{{ with.l }} ')}"\n    with: { l: [1, 2, 3] }\n`),
    'deep nesting in brackets': () => text(`params: { a: ${'['.repeat(bytes)}`),
    'deep nesting in lines': () =>
      text(
        `params:\n${Array.from({ length: Math.min(4000, Math.floor(Math.sqrt(bytes))) }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`,
      ),
    'aliases that multiply': () =>
      text(`params:\n  a0: &a0 [1, 1]\n${many((i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}${end}`),
    'aliases of nothing': () => text(`params:\n${many((i) => `  a${i}: *none${i}\n`)}${end}`),
    'one line without an end': () => text(`params: { a: "${'x'.repeat(bytes)}`),
    'one line of wrong values': () =>
      text(`stages: { s: { run: 'true', retries: [${many(() => '1, ')}] } }\n`),
    'one line of a wrong list': () =>
      text(`stages: { s: { run: 'true', environment: [${many(() => '1, ')}] } }\n`),
    'a list with everything twice': () =>
      text(`stages: { s: { run: 'true', environment: [${many((i) => `A${i >> 1}, `)}] } }\n`),
    'a key as long as the file': () => text(`params: { ${'x'.repeat(bytes)}: 1 }\n${end}`),
    'an unknown key as long as the file': () => text(`${'x'.repeat(bytes)}: 1\n${end}`),
    'a stage name as long as the file': () =>
      text(`stages: { s: { run: 'true', inputs: { i: ${'x'.repeat(bytes)} } } }\n`),
    'block texts and then a mistake': () =>
      text(`stages:\n  s: { run: 'true' }\n${many((i) => `  s${i}:\n    run: |\n      true\n`)}  s: 1\n`),
    'anchors everywhere and a mistake': () =>
      text(`params:\n${many((i) => `  p${i}: &p${i} { a: 1 }\n`)}x: 1\n${end}`),
    'a tab at the end': () => text(`params:\n${many((i) => `  p${i}: 1\n`)}\tx: 1\n${end}`),
    'a colon too many': () => text(`params:\n${many((i) => `  p${i}: a: b\n`)}${end}`),
    'integers too large': () => text(`params:\n${many((i) => `  p${i}: 99999999999999999999\n`)}${end}`),
    'keys that are lists': () => text(`params:\n${many(() => '  ? [1]\n  : 2\n')}${end}`),
    'zero bytes': () => text(`params:\n${many((i) => `  p${i}: "\\0"\n`)}${end}`),
    documents: () => text(`${many(() => '---\na: 1\n')}${end}`),
    comments: () => text(`${many(() => '# a comment\n')}stages: 1\n`),
    'sweeps that are too large': () =>
      text(
        `params: { a: 1 }\nstages:\n  t: { run: 'true' }\n  s:\n    run: 'true'\n    inputs:\n${many((i) => `      i${i}: { from: t, sweep: { a: 1..100000 } }\n`)}`,
      ),
    'ranges without number': () =>
      text(
        `params: { a: 1 }\nstages:\n  t: { run: 'true' }\n  s: { run: 'true', inputs: { i: { from: t, sweep: { a: [${many(() => '1..100000, ')}] } } } }\n`,
      ),
    'a sweep of many parameters': () =>
      text(
        `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}stages:\n  t: { run: 'true' }\n  s:\n    run: 'true'\n    inputs:\n      i:\n        from: t\n        sweep:\n${list(28, (i) => `          p${i}: [1, 2]\n`, '')}`,
      ),
    'edges that set what is not there': () =>
      text(
        `stages:\n  t: { run: 'true' }\n  s:\n    run: 'true'\n    inputs:\n${many((i) => `      i${i}: { from: t, set: { a${i}: 1 } }\n`)}`,
      ),
    'an edge that sets much': () =>
      text(
        `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}x: 1\nstages:\n  t: { run: 'true' }\n  s:\n    run: 'true'\n    inputs:\n      i:\n        from: t\n        set:\n${list(20, (i) => `          p${i}: 2\n`, '')}`,
      ),
    'edges that each set another': () =>
      text(
        `params:\n${list(28, (i) => `  p${i}: 1\n`, '')}x: 1\nstages:\n  t: { run: 'true' }\n  s:\n    run: 'true'\n    inputs:\n${list(45, (i) => `      i${i}: { from: t, set: { p${i}: 2 } }\n`, '')}`,
      ),
    'an experiment that sets what is not there': () => ({
      text: `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}${end}`,
      experiment: `set:\n${many((i) => `  q${i}: 1\n`)}`,
    }),
    'an experiment that sets much': () => ({
      text: `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}x: 1\n${end}`,
      experiment: `set:\n${list(14, (i) => `  p${i}: 2\n`, '')}`,
    }),
    'paths that are not there': () =>
      text(`stages:\n  s:\n    run: 'true'\n    inputs:\n${many((i) => `      i${i}: ./no${i}\n`)}`),
    'scripts that are not there': () =>
      text(`stages:\n  s: { run: 'true', files: [${many((i) => `no${i}, `)}] }\n`),
    'modules that are not there': () =>
      text(
        `stages:\n  s: { use: a.ts, inputs: { ${list(31, (i) => `i${i}: s${i}`, ', ')} } }\n${list(31, (i) => `  s${i}: { use: stages/no${i}.ts }\n`, '')}`,
      ),
    'names that differ in case': () =>
      text(
        `stages:\n  s: { run: 'true' }\n${many((i) => `  ${i % 2 ? 'a' : 'A'}${i >> 1}: { run: 'true' }\n`)}`,
      ),
    'names that are too long': () =>
      text(`stages:\n  s: { run: 'true' }\n${many((i) => `  ${'n'.repeat(200)}${i}: { run: 'true' }\n`)}`),
    'words of a command': () =>
      text(`stages:\n  s:\n    run: "echo {{ with.l }}"\n    with:\n      l: [${many((i) => `w${i}, `)}]\n`),
    'many overrides': () => ({
      text: `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}${end}`,
      options: Array.from({ length: Math.min(20_000, count(20)) }, (_, i) => ['-S', `q${i}=1`]).flat(),
    }),
    'many swept overrides': () => ({
      text: `params:\n${list(14, (i) => `  p${i}: 1\n`, '')}${end}`,
      options: Array.from({ length: Math.min(20_000, count(20)) }, (_, i) => ['-S', `p${i}=1,2`]).flat(),
    }),
    'an override of many values': () => ({
      text: `params: { l: 1 }\n${end}`,
      options: ['-S', `l=${'"a",'.repeat(Math.min(30_000, count(4)))}`],
    }),
    'an override of many ranges': () => ({
      text: `params: { l: 1 }\n${end}`,
      options: ['-S', `l=${'1..100000,'.repeat(Math.min(12_000, count(10)))}1`],
    }),
    'a sweep of the command line': () => ({
      text: `params: { l: 1 }\n${end}`,
      options: ['--sweep', `{ ${'l: &a [*b], '.repeat(Math.min(10_000, count(12)))}}`],
    }),
  };
}
