/** What `pipe why` prints of a node: what will happen, then every part of its key against its last artifact. */
import { relative } from 'node:path';

import { createTwoFilesPatch } from 'diff';

import type { KeyChange, KeyParts } from '../../graph/key.ts';
import type { Json } from '../../json.ts';
import type { ChangedSource, Explanation } from '../../run/explain.ts';
import { terminalText } from '../text/terminal.ts';
import { decisionInShort } from './plan.ts';
import { changeInShort, filesInShort } from './words.ts';

/** `root` is the project's; `asked` are the options of the command line, for a command that is named. */
export function explanationLines(explanation: Explanation, root: string, asked = ''): readonly string[] {
  const { node, decision, last, own, changes, sources } = explanation;
  const head = `${node.name}: ${decisionInShort({ node, decision }, asked)}`;
  if (last === undefined) return [head];
  const { manifest, folder } = last;
  const against = own ? 'against its last artifact' : `against ${manifest.name}, the last of its stage`;
  return [
    head,
    `${against}: ${relative(root, folder).replace(/\/files$/, '')}, made ${manifest.times.finished}`,
    ...(manifest.accepted === undefined
      ? []
      : [`accepted by ${manifest.accepted.by} ${manifest.accepted.at}: ${manifest.accepted.why}`]),
    ...partsOf(explanation).flatMap(({ label, size, changed }) => [
      `  ${label.padEnd(12)} ${changed.length === 0 ? `unchanged${size}` : `${changed.length} changed${size}`}`,
      ...changed.flatMap(linesOfChange),
    ]),
    ...(changes.some(({ part }) => part === 'code') ? sources.flatMap(linesOfSource) : []),
  ];
}

interface Part {
  readonly label: string;
  readonly size: string;
  readonly changed: readonly KeyChange[];
}

function partsOf({ parts, changes, decision }: Explanation): readonly Part[] {
  const of = (...kinds: readonly KeyChange['part'][]): readonly KeyChange[] =>
    changes.filter(({ part }) => kinds.includes(part));
  const { code } = parts;
  const sources = code.kind === 'module' ? Object.keys(code.sources).length : 1 + code.files.length;
  return [
    { label: 'code', size: ` (${sources} ${sources === 1 ? 'source' : 'sources'})`, changed: of('code') },
    ...(code.kind === 'module'
      ? [
          {
            label: 'packages',
            size: ` (${code.packages.length}, Node ${code.node})`,
            changed: of('package', 'format'),
          },
        ]
      : []),
    { label: 'parameters', size: ` (${leafCount(parts.params)})`, changed: of('params') },
    ...(parts.inputs === undefined && decision.kind !== 'hit'
      ? [{ label: 'inputs', size: '; those that are made anew are not known yet', changed: [] }]
      : [{ label: 'inputs', size: inputNames(parts), changed: of('input') }]),
    ...(Object.keys(parts.environment).length > 0
      ? [
          {
            label: 'environment',
            size: ` (${Object.keys(parts.environment).join(', ')})`,
            changed: of('environment'),
          },
        ]
      : []),
  ];
}

const inputNames = ({ inputs = [] }: Partial<KeyParts>): string =>
  inputs.length === 0 ? ' (none)' : ` (${inputs.map(({ name }) => name).join(', ')})`;

function leafCount(value: Json): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, each: Json) => sum + leafCount(each), 0);
}

const mostNames = 20;

function linesOfChange(change: KeyChange): readonly string[] {
  const { part, name, files } = change;
  const text =
    files === undefined ? changeInShort(change) : `${part} ${name}: ${filesInShort(files, mostNames)}`;
  return [`    ${text}`];
}

const mostLines = 200;

function linesOfSource({ path, before, after }: ChangedSource): readonly string[] {
  if (before === undefined || after === undefined) return ['', `${path}: its earlier text was not kept`];
  const patch = createTwoFilesPatch(
    before === null ? '/dev/null' : `before/${path}`,
    after === null ? '/dev/null' : `now/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3 },
  );
  const lines = patch.split('\n').filter((line) => !/^=+$/.test(line));
  const shown = lines.slice(0, mostLines);
  return [
    '',
    ...shown.map(terminalText),
    ...(lines.length > mostLines ? [`… ${lines.length - mostLines} more lines`] : []),
  ];
}
