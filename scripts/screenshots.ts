/**
 * `npx node scripts/screenshots.ts [REPORT]`: pictures of a report for the documentation, in three widths, in the dark and as
 * printed, into docs/pictures/. REPORT is a file of `pipe report` (report.html where it is not given), made from
 * simulated faces: no photographs of people.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import sharp from 'sharp';

import { openBrowser } from '../test/report/page/browser.ts';

const shots = [
  { name: 'report', width: 1200, height: 1500, colorScheme: 'light', section: 'top' },
  { name: 'report-dark', width: 1200, height: 1500, colorScheme: 'dark', section: 'figures' },
  { name: 'report-graph', width: 1200, height: 1500, colorScheme: 'light', section: 'graph' },
  { name: 'report-tablet', width: 768, height: 1100, colorScheme: 'light', section: 'figures' },
  { name: 'report-phone', width: 390, height: 844, colorScheme: 'light', section: 'top' },
] as const;

const folder = join(import.meta.dirname, '../docs/pictures');
const address = pathToFileURL(resolve(process.argv[2] ?? 'report.html')).href;
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const { name, width, height, colorScheme, section } of shots) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(address);
    if (section === 'figures')
      await page
        .locator('main .picture')
        .first()
        .evaluate((picture) => picture.scrollIntoView());
    if (section === 'graph') await page.locator('#graph').evaluate((part) => part.scrollIntoView());
    await save(await page.screenshot(), name);
    await page.close();
  }
  // A printed page as it would lie on the table: A4 at 96 px an inch, with margins.
  const page = await browser.newPage({ viewport: { width: 718, height: 1047 }, colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await page.goto(address);
  await page
    .locator('main .picture')
    .first()
    .evaluate((picture) => picture.scrollIntoView());
  await save(await page.screenshot(), 'report-print');
} finally {
  await browser.close();
}

async function save(picture: Buffer, name: string): Promise<void> {
  await sharp(picture)
    .png({ palette: true, colours: 128, effort: 10 })
    .toFile(join(folder, `${name}.png`));
}
