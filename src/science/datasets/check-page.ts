/** The findings of `checkData` as Markdown. */
import { markdownTable } from 'markdown-table';
import type { DataFinding } from './check-data.ts';

export function checkPage(findings: readonly DataFinding[]): string {
  const amiss = findings.filter(({ state }) => state === 'amiss').length;
  const sections = findings.map(sectionOf);
  const end =
    amiss === 0 ? 'Nothing is missing.' : `${amiss} of ${findings.length} are missing or cannot be used.`;
  return `${[...sections, end].join('\n\n')}\n`;
}

function sectionOf({ place, state, counts, remarks, sets }: DataFinding): string {
  const { parameter, origin, expected } = place;
  const lines = [`## ${parameter}: ${state === 'amiss' ? 'MISSING OR UNUSABLE, ' : ''}${origin}`];
  if (state === 'made by a stage')
    return [...lines, '', 'Made by a stage; nothing is expected on the disk.'].join('\n');
  if (state === 'amiss' && expected !== undefined) lines.push('', `Expected: ${expected}.`);
  if (counts.length > 0)
    lines.push(
      '',
      markdownTable(
        [
          ['', 'found', 'the paper'],
          ...counts.map(({ what, count, paper }) => [
            what,
            digitsInGroups(count),
            paper === undefined ? '' : digitsInGroups(paper),
          ]),
        ],
        { align: ['l', 'r', 'r'] },
      ),
    );
  if (remarks.length > 0) lines.push('', ...remarks.map((remark) => `- ${remark}`));
  if (sets.length > 0)
    lines.push('', ...sets.map(({ name, from, terms }) => `- ${name}: from ${from}. Terms: ${terms}.`));
  return lines.join('\n');
}

/** Groups of three digits, as the paper prints them. */
export const digitsInGroups = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
