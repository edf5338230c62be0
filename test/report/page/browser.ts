/**
 * A real browser for the tests and the screenshots: the one that the environment variable `CHROMIUM` names; else, on
 * Linux x64, the one that comes by npm; else one that is installed.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/** In the package, so that a new version unpacks anew. */
const folder = join(import.meta.dirname, '../../../node_modules/@sparticuz/chromium/unpacked');
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Throws where there is none, and says what to install. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(await programOf(process.platform, process.arch)),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function programOf(platform: string, architecture: string): Promise<LaunchOptions> {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return { executablePath: named };
  if (platform === 'linux' && architecture === 'x64') return unpacked();
  const executablePath = installed.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      'No Chrome or Chromium was found. Install one, or name its program in the environment variable CHROMIUM.',
    );
  return { executablePath };
}

/**
 * The browser of @sparticuz/chromium with its libraries and typeface, which a bare system lacks; unpacked once. The
 * package unpacks into the folder for temporary files, and the libraries on AWS Lambda alone, so a process is told so.
 */
async function unpacked(): Promise<LaunchOptions> {
  if (!existsSync(folder)) {
    const unfinished = await mkdtemp(`${folder}-`);
    const script = "await (await import('@sparticuz/chromium')).default.executablePath()";
    await execa(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: import.meta.dirname,
      env: { TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    });
    const fonts = `<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir prefix="relative">fonts</dir></fontconfig>`;
    await writeFile(join(unfinished, 'fonts.conf'), fonts);
    // Where another process was faster, its own is taken.
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  }
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}
