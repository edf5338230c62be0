/**
 * Texts for the Markdown of GitHub and GitLab. Rendered, they are there letter for letter, and do nothing: no markup, no link, no
 * mention, no reference, no picture for a word, no quick action, no line of their own.
 *
 * Markup is undone with backslashes. The rest both look for in the rendered text, in which an entity or a backslash is gone, so
 * there an empty comment stands between the letters: what is looked for is cut in two.
 */
import { joined, visibleLines } from './visible.ts';

const cut = '<!-- -->';

/** Most cells: words and numbers in which nothing is to be found. */
const plain = /^(?!\d+[.)](?:\s|$))(?!.*(?:www\.|[0-9a-f]{7}))[+-]?[a-z0-9][a-z0-9 .,;()'?±]*$(?<! )/i;

/** A text in a line, a heading, an item of a list or a cell. */
export function markdownText(text: string): string {
  if (plain.test(text)) return text;
  const line = joined(text).trim();
  const cuts = cutsIn(line);
  const inner = line.split('').map((unit, at) => `${literal(unit)}${cuts.has(at + 1) ? cut : ''}`);
  return withoutBlockStart(inner.join(''));
}

/** A dollar may begin a formula, and alone in an element it does not. */
function literal(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '$') return '<span>$</span>';
  return /[\\`*_{}[\]<>|~]/.test(character) ? `\\${character}` : character;
}

/** What makes a line a heading, a list, a rule, a table, a definition, or an order to GitLab. */
function withoutBlockStart(line: string): string {
  return line
    .replace(/#$/, '\\#')
    .replace(/^(?=[/#=:]|[-+](?:[\s+-]|$))/, '\\')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

/** What is looked for in the rendered text, up to where it is cut. */
const sought = new RegExp(
  [
    '@', // mentions, addresses, commits of other repositories
    '[#!&](?=\\d)', // issues, merge requests, epics
    '[~%](?=\\S)', // labels, milestones
    '\\*(?=[iI]teration:)',
    '\\[(?=\\[|\\w+:|_*(?:TOC|toc))', // [vulnerability:1], [[page]]
    '[{[](?=[+-])', // {+ added +}
    ':(?=//|[\\w+-]+:)', // addresses of any kind, :smile:
    '[wW]{3}(?=\\.)',
    '\\b[gG][hH](?:(?=-\\d)|[sS][aA](?=-\\w))', // GH-1, advisories
    '\\b[A-Z][A-Z0-9_]+(?=-\\d)', // CVE-2026-1, and what a repository links besides
  ].join('|'),
  'g',
);

function cutsIn(line: string): ReadonlySet<number> {
  const ends = [...line.matchAll(sought)].map(({ index, 0: found }) => index + found.length);
  return new Set([...ends, ...commitCuts(line)]);
}

/** The shortest name of a commit has seven digits. Plain numbers stay whole, unless they are as long as no number of ours. */
function commitCuts(line: string): number[] {
  return [...line.matchAll(/[0-9a-f]{7,}/gi)].flatMap(({ index, 0: digits }) =>
    /[a-f]/i.test(digits) || digits.length >= 16
      ? Array.from({ length: Math.floor((digits.length - 1) / 6) }, (_, at) => index + 6 * (at + 1))
      : [],
  );
}

/** Several lines as they are, such as the end of a log. The fence is longer than any inside; GitLab looks for orders even there. */
export function markdownBlock(text: string): string {
  const shown = visibleLines(text).replaceAll(/^\//gm, ' /');
  const longest = [...shown.matchAll(/`+/g)].reduce((most, { 0: run }) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}
