import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import axeCore from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { pipe, type Ended } from '../../e2e/pipe.ts';
import { temporaryFolder, writeTree } from '../../temporary-folder.ts';
import { bridges } from '../tables/examples.ts';
import { openBrowser } from './browser.ts';

const stages = `
  source:
    run: echo 3 > "$PIPE_OUTPUT/number.txt"
    with: { size: "\${size}", shape: { wide: true } }
  pictures:
    use: stages/pictures.ts
    inputs: { source: source }
    with: { factor: "\${factor}", size: "\${size}" }
  tables:
    use: stages/tables.ts
  broken:
    run: echo the last words; echo something is missing >&2; exit 7
    inputs: { source: source/number.txt }
`;
const module = `
import { writeFile } from 'node:fs/promises';
import { defineStage } from ${JSON.stringify(join(import.meta.dirname, '../../../src/stage.ts'))};
export default defineStage<{ factor: number }>({
  display: 'page.md',
  async run({ output, params, metric, mark }) {
    mark('simulated');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90"><style>rect{fill:#0a0a0a}@media (prefers-color-scheme:dark){rect{fill:#f0f0f0}}</style><rect width="900" height="90"/></svg>';
    await writeFile(output + '/dot.svg', svg);
    await writeFile(
      output + '/page.md',
      '# A result\\n\\n| K | AUC |\\n| -: | -: |\\n| 2 | 70 |\\n\\n![A dot](dot.svg)\\n\\n<img src=x onerror="alert(1)"> [out](javascript:alert(1)) ![gone](../../../manifest.json) ![web](https://example.org/a.png)\\n',
    );
    metric({ name: 'auc', value: 70 + params.factor, direction: 'higher', unit: 'percent', count: 12 });
    metric({ name: 'loss', value: 0.5 / params.factor, direction: 'lower', unit: '1' });
  },
});
`;

const tablesModule = `
import { writeFile } from 'node:fs/promises';
export default {
  async run({ output, metric }) {
    await writeFile(output + '/tables.json', ${JSON.stringify(JSON.stringify(bridges()))});
    metric({ name: 'bridges', value: 3, direction: 'none', unit: 'bridges' });
  },
};
`;
const root = await temporaryFolder();
const file = join(root, 'report.html');

describe('pipe report', () => {
  let browser: Browser;
  let ended: Ended;
  beforeAll(async () => {
    browser = await openBrowser();
    await writeTree(root, {
      'package.json': '{ "type": "module" }',
      'pipeline.yaml': `params: { size: 3, factor: 2 }\nstages:${stages}`,
      'stages/pictures.ts': module,
      'stages/tables.ts': tablesModule,
    });
    await pipe(root, ['run', 'pictures', '-q', '-S', 'size=4', '-S', 'factor=9']);
    await pipe(root, ['run', 'pictures', 'broken', 'tables', '--keep-going']);
    ended = await pipe(root, ['report']);
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Opens the page; `problems` holds console errors and whatever it asks of the network. */
  async function open(
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const problems: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(request.url());
    });
    page.on('dialog', (dialog) => {
      problems.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, problems };
  }

  it('writes one file and says where', () => {
    expect(ended).toEqual({ code: 0, stdout: 'report.html', stderr: '' });
  });

  it.each([
    ['a desk', 1200, 'light'],
    ['a desk in the dark', 1200, 'dark'],
    ['a tablet', 768, 'light'],
    ['a phone', 360, 'light'],
    ['a phone in the dark', 360, 'dark'],
  ] as const)(
    'has on %s no error, no barrier that axe knows, and nothing beyond the edge',
    async (_, width, colorScheme) => {
      const { page, problems } = await open({ viewport: { width, height: 800 }, colorScheme });
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
      expect(problems).toEqual([]);
      await page.close();
    },
  );

  it('shows tables, pictures, marks and metrics of what ran, and leads from a number to its artifact', async () => {
    const { page } = await open();
    expect(await page.locator('header .mark').innerText()).toContain('imulated');
    expect(await page.locator('.page table', { hasText: 'AUC' }).count()).toBe(1);
    const picture = page.getByAltText('A dot');
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(900);
    await page.locator('summary', { hasText: 'All 2 metrics' }).click();
    await page.getByRole('row', { name: /^auc / }).getByRole('link').click();
    const opened = page.locator('details.artifact[open]');
    expect(await opened.locator('summary').innerText()).toContain('pictures');
    expect(await opened.innerText()).toContain('factor = 2');
    await opened.getByRole('link', { name: 'source' }).click();
    await page.locator('details.artifact[open]').nth(1).waitFor();
    await page.close();
  });

  it('shows why a node failed with the end of its log, and every state in the graph', async () => {
    const { page } = await open();
    const failure = page.locator('.failure');
    expect(await failure.innerText()).toContain('COMMAND_FAILED');
    expect(await failure.locator('pre').innerText()).toContain('something is missing');
    expect(await page.locator('#graph svg .node').count()).toBe(4);
    expect(await page.locator('#graph svg .failed').count()).toBe(1);
    expect(await page.locator('#time svg .bar').count()).toBe(4);
    await page.close();
  });

  it('draws few stages and few nodes in the letters of the page, and a time line from its left edge', async () => {
    const { page } = await open();
    const sizeOf = async (place: string) => {
      const found = await page.locator(place).first().boundingBox();
      if (found === null) throw new Error(`${place} is not on the page`);
      return found;
    };
    expect((await sizeOf('#graph svg .name')).height).toBeLessThan(24);
    const [line, label] = [await sizeOf('#time svg'), await sizeOf('#time svg .label')];
    expect(label.x - line.x).toBeLessThan(60);
    expect(await page.locator('#time svg').innerHTML()).not.toMatch(/>0\.0 s</);
    await page.close();
  });

  it('shades the edge of a part that goes on beyond it', async () => {
    const { page } = await open({ viewport: { width: 360, height: 800 } });
    const part = page.locator('#experiments .scroll').first();
    const edge = async (): Promise<number> => {
      await part.scrollIntoViewIfNeeded();
      const picture = sharp(await part.screenshot()).greyscale();
      const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
      // The last column, above the lines of the table.
      return data[(info.width - 1) * info.channels] ?? 0;
    };
    const before = await edge();
    await part.evaluate((scrolled) => (scrolled.scrollLeft = scrolled.scrollWidth));
    expect([before < 235, (await edge()) > 245]).toEqual([true, true]);
    await page.close();
  });

  it("shows a stage's tables with the best bold and the second underlined", async () => {
    const { page } = await open();
    const load = page.locator('.page table', { hasText: 'Load' });
    expect(await load.locator('strong').allInnerTexts()).toContain('75.0');
    expect(await load.locator('ins').allInnerTexts()).toContain('72.0');
    await page.close();
  });

  it('puts experiments beside each other, what goes together once, ordered by a click', async () => {
    const { page } = await open();
    const table = page.locator('#experiments table', { hasText: 'pictures.factor' });
    const headers = (await table.locator('thead th').allInnerTexts()).map((text) => text.trim());
    expect(headers).toEqual(['artifact', 'pictures.factor', 'size', 'auc, percent', 'loss', 's', 'finished']);
    const factors = () => table.locator('tbody tr td:nth-child(2)').allInnerTexts();
    expect(await factors()).toEqual(['2', '9']);
    const auc = table.getByRole('button', { name: 'auc' });
    await auc.click();
    await auc.click();
    expect(await factors()).toEqual(['9', '2']);
    await page.close();
  });

  it('names every part that scrolls differently', async () => {
    const { page } = await open();
    const labels = await page
      .getByRole('region', { includeHidden: true })
      .evaluateAll((parts) => parts.map((part) => part.getAttribute('aria-label') ?? part.id));
    expect(labels.length).toBeGreaterThan(8);
    expect(new Set(labels).size).toBe(labels.length);
    await page.close();
  });

  it('lists every parameter', async () => {
    const { page } = await open();
    const rows = await page.locator('#parameters tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t').slice(0, 3))).toEqual([
      ['source', 'shape.wide', 'true'],
      ['source', 'size', '3'],
      ['pictures', 'factor', '2'],
      ['pictures', 'size', '3'],
    ]);
    await page.close();
  });

  it('is worked by the keyboard alone: skip link, sorting, scrolling tables', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the results');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    const header = page.locator('#nodes th').filter({ hasText: 'node' }).first();
    const names = async () =>
      (await page.locator('#nodes tbody th').allInnerTexts()).map((name) => name.trim());
    await header.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await names()).toEqual(['broken', 'pictures', 'source', 'tables']);
    await page.keyboard.press('Space');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await names()).toEqual(['tables', 'source', 'pictures', 'broken']);
    await page.close();
  });

  it('shows markup of a stage as text, loads nothing from elsewhere and keeps dangerous links out', async () => {
    const text = await readFile(file, 'utf8');
    expect(text).toContain('&lt;img src=x onerror=');
    expect(text).not.toMatch(/href="javascript:|src="https?:/);
    const { page, problems } = await open();
    expect(await page.locator('img').count()).toBe(1);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('prints with the metrics unfolded, on white even where the screen is dark', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    const printed = await page.getByAltText('A dot').screenshot();
    const brightness = (await sharp(printed).stats()).channels[0]?.mean;
    expect(brightness).toBeLessThan(60); // the picture's rectangle is 10 in the light and 240 in the dark
    expect(await page.locator('nav').isVisible()).toBe(false);
    const unfolded = (moment: string) =>
      page.evaluate((moment) => {
        dispatchEvent(new Event(moment));
        return document.querySelectorAll('details[open]').length;
      }, moment);
    expect([await unfolded('beforeprint'), await unfolded('afterprint')]).toEqual([2, 0]);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  it('goes into a folder that is not there yet, and names sweeps among its options', async () => {
    const { code, stdout } = await pipe(root, [
      'report',
      'pictures',
      '--sweep',
      '{ size: 3..4 }',
      '-o',
      'new/report.html',
    ]);
    expect([code, stdout]).toEqual([0, 'new/report.html']);
    const text = await readFile(join(root, 'new/report.html'), 'utf8');
    expect(text).toContain('--sweep &#39;{ size: 3..4 }&#39;');
  });

  it('marks the parameters of a node that is named with its overrides', async () => {
    await pipe(root, ['report', 'pictures[factor=9]', '-o', 'node.html']);
    expect(await readFile(join(root, 'node.html'), 'utf8')).toMatch(
      /1 of 4 are not those of\s+pipeline\.yaml/,
    );
  });

  it('does without the defaults where pipeline.yaml alone has no such graph', async () => {
    const project = await temporaryFolder();
    await writeTree(project, {
      'pipeline.yaml':
        'params: { photos: ./nowhere }\nstages: { list: { run: ls > $PIPE_OUTPUT/x, inputs: { photos: "${photos}" } } }\n',
      'experiments/here.yaml': 'set: { photos: ./photos }\n',
      'photos/a.jpg': 'a',
    });
    await pipe(project, ['run', 'list', '-e', 'here', '-q']);
    expect(await pipe(project, ['report', '-e', 'here'])).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(project, 'report.html'), 'utf8')).toContain('by itself it has no such graph');
  });

  it('is the same file for the same store', async () => {
    const before = await readFile(file, 'utf8');
    await pipe(root, ['report', '-o', 'again.html']);
    expect(await readFile(join(root, 'again.html'), 'utf8')).toBe(before);
  });
});

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
