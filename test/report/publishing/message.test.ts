import { describe, expect, it } from 'vitest';

import { largestMessage, markerOf, messageOf } from '../../../src/report/publishing/message.ts';
import type { TablesFile } from '../../../src/tables.ts';
import { bridges } from '../tables/examples.ts';

const long = (rows: number): TablesFile => ({
  ...bridges(),
  tables: Array.from({ length: 20 }, (_, i) => ({
    name: `table-${i}`,
    title: `Number ${i}`,
    caption: '',
    records: [],
    columns: [{ kind: 'text', header: 'words', cells: Array.from({ length: rows }, () => '± text') }],
  })),
});

describe('the message of a comment', () => {
  it('begins with its marker, the same for each workflow and experiment', () => {
    expect(messageOf(markerOf('Tests', 'smoke'), [bridges()])).toMatch(
      /^<!-- pipe: Tests \/ smoke -->\n\n## Simulated: Bridges\n/,
    );
    expect(markerOf('a --> b', 'x')).toBe('<!-- pipe: a ___ b / x -->');
  });

  it('stays below what GitHub takes by leaving the last tables out, and says so', () => {
    const text = messageOf(markerOf('w', 'e'), [long(300), bridges()]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(largestMessage);
    expect(text).toContain('Number 0');
    expect(text).not.toContain('Number 19');
    expect(text).toContain('The rest is left out');
    expect(messageOf(markerOf('w', 'e'), [long(3), bridges()])).not.toContain('left out');
  });

  it('cuts the rows of a table that is too long alone, and says how many are shown', () => {
    const { tables, ...page } = long(9000);
    const text = messageOf(markerOf('w', 'e'), [{ ...page, tables: tables.slice(0, 2) }, bridges()]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(largestMessage);
    expect(Buffer.byteLength(text)).toBeGreaterThan(largestMessage - 500);
    const [, shown = ''] = /The first (\d+) of 9000 rows\./.exec(text) ?? [];
    expect(text.match(/± text/g)).toHaveLength(Number(shown));
    expect(text.trimEnd()).toMatch(/The rest is left out: it is longer than a comment may be\.$/);
  });

  it('mentions nobody and links nowhere, whatever the names in the results', () => {
    const hostile = { ...bridges(), title: '@team https://evil.example <script> [x](y) #12' };
    const [, , heading = ''] = messageOf(markerOf('w', 'e'), [hostile]).split('\n');
    expect(heading).toBe(
      '## Simulated: @<!-- -->team https:<!-- -->//evil.example \\<script\\> \\[x\\](y) #<!-- -->12',
    );
  });
});
