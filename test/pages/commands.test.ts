/** What the pages tell to type does what they say: every command in README.md and docs/ is run. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { leaveOut, needs } from '../needs.ts';
import { gitHubServer } from '../report/publishing/github-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandsIn, type PageCommand } from './commands-in.ts';
import { scenes } from './scenes.ts';
import { tinyProject, type TinyProject } from './tiny-project.ts';

const root = join(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const commands = ['README.md', ...docs.map((name) => `docs/${name}`)].flatMap((page) =>
  commandsIn(page, readFileSync(join(root, page), 'utf8')),
);
/** Each once, where it comes first, with what any place shows below it. */
const distinct = [...Map.groupBy(commands, ({ text }) => text).values()].map((same) => ({
  ...(same[0] as PageCommand),
  shown: same.flatMap(({ shown }) => shown),
}));
const folder = await temporaryFolder();

// A busy machine takes its time for the longest of them.
describe('the commands of the pages', { timeout: 600_000 }, () => {
  let project: TinyProject;
  beforeAll(async () => {
    project = await tinyProject(folder);
  }, 600_000);
  afterEach(async () => {
    await project.shell('git checkout --quiet .');
  });

  it.for(distinct)('$page: $text', async ({ text, shown }, context) => {
    const { before = 'true', run = text, code = 0, says, lacks, needs: need = 'bash' } = scenes[text] ?? {};
    needs(context, need);
    if (lacks !== undefined) leaveOut(context, lacks);
    const environment = /\bpublish\b/.test(run) ? await pullRequest(folder) : {};
    expect(await project.shell(before)).toMatchObject({ code: 0 });
    const ended = await project.shell(run, environment);
    expect(ended.code, ended.all).toBe(code);
    expect(ended.all).toMatch(says ?? /(?:)/);
    expect(linesOf(ended.all)).toEqual(expect.arrayContaining([...linesOf(shown.join('\n'))]));
  });
});

it('has no scene for what is on no page', () => {
  const texts = new Set(commands.map(({ text }) => text));
  expect(Object.keys(scenes).filter((text) => !texts.has(text))).toEqual([]);
});

/** Its lines but empty ones and `...`, with any time for another. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && line !== '...')
    .map((line) => line.replace(/[\d.]+m?s$/, 'TIME'));
}

/** The environment of a job for a pull request, whose host is a server on this machine. */
async function pullRequest(folder: string): Promise<Readonly<Record<string, string>>> {
  const event = join(folder, 'artifacts/event.json');
  await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
  return {
    GITHUB_API_URL: (await gitHubServer()).api,
    GITHUB_REPOSITORY: 'ann/faces',
    GITHUB_TOKEN: 'secret',
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKFLOW: 'Report',
  };
}
