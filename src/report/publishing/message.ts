/** What is posted: one comment that is found again by its first line and fits where it is put. */
import type { TablesFile } from '../../tables.ts';
import { renderMarkdown } from '../tables/markdown.ts';

/** GitHub takes 65,536 characters; bytes of UTF-8 are never fewer. */
export const largestMessage = 65_000;

/** Nothing that could end the comment it stands in. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9 ._/-]/g, '_').replaceAll('--', '__');

/** The first line of the comment of one workflow and one experiment. */
export function markerOf(workflow: string, experiment: string): string {
  return `<!-- pipe: ${safe(workflow)} / ${safe(experiment)} -->`;
}

/** Pages in order of importance; the last are left out where all are too much, and so is what follows within the first. */
export function messageOf(marker: string, pages: readonly TablesFile[]): string {
  const parts: string[] = [marker];
  const left = 'The rest is left out: it is longer than a comment may be.';
  for (const [index, page] of pages.entries()) {
    const fitting = fittingPage(page, largestMessage - bytes([...parts, left].join('\n\n')) - 200, index > 0);
    parts.push(...fitting.parts);
    if (fitting.whole) continue;
    parts.push(left);
    break;
  }
  return `${parts.join('\n\n')}\n`;
}

interface FittingPage {
  readonly parts: readonly string[];
  readonly whole: boolean;
}

/** Without its last tables where it is too long. Folded pages open by a click. */
function fittingPage(page: TablesFile, room: number, folded: boolean): FittingPage {
  for (let count = page.tables.length; count >= 0; count -= 1) {
    const shown = {
      ...page,
      tables: page.tables.slice(0, count),
      ...(count === page.tables.length ? {} : { remarks: [] }),
    };
    const text = renderMarkdown(shown, 2).trimEnd();
    if (bytes(text) > room) continue;
    const parts = folded ? ['<details><summary>All results</summary>', text, '</details>'] : [text];
    return { parts, whole: count === page.tables.length };
  }
  return { parts: [], whole: false };
}

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
