/** What a pull request is told: by GitHub, by CML's program, in the summary of a job. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { gitHubServer } from '../report/publishing/github-server.ts';
import { pipe } from './pipe.ts';
import { commit, flip, flipped, repository } from './recorded-project.ts';

describe('pipe publish', () => {
  it('comments once on the pull request, updates in place, and writes the summary of the job', async () => {
    const root = await flipped();
    const server = await gitHubServer();
    const event = join(root, 'artifacts/event.json');
    await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
    const environment = {
      GITHUB_API_URL: server.api,
      GITHUB_REPOSITORY: 'ann/faces',
      GITHUB_TOKEN: 'ghs_secret',
      GITHUB_EVENT_PATH: event,
      GITHUB_WORKFLOW: 'Report',
      GITHUB_STEP_SUMMARY: join(root, 'artifacts/summary.md'),
    };
    const dry = await pipe(root, ['publish', 'main', '--dry-run'], environment);
    expect(server.calls).toEqual([]);
    const first = await pipe(root, ['publish', 'main'], environment);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('comment created')]);
    expect(server.comments.map(({ body }) => body.trimEnd())).toEqual([dry.stdout]);
    expect(dry.stdout).toMatch(/^<!-- pipe: Report \/ default -->\n/);
    expect(dry.stdout).toContain('| train auc   | 80     | 60    | -20    | percent | worse |');
    await pipe(root, ['record']);
    const results = join(root, 'experiments/default.results.json');
    const second = await pipe(root, ['publish', 'main', '--results', results], environment);
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('comment updated')]);
    expect(server.comments).toHaveLength(1);
    expect(server.faults).toEqual([]);
    expect(await readFile(environment.GITHUB_STEP_SUMMARY, 'utf8')).toContain('| train auc ');
    expect(`${first.stderr}${first.stdout}${second.stderr}`).not.toContain('ghs_secret');
  });

  it('says so where the tables to fold below are not there', async () => {
    const root = await flipped();
    const { code, stderr } = await pipe(root, ['publish', 'main', '--tables', 'gone.json', '--dry-run']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^gone\.json: TABLES_INVALID .*ENOENT/)]);
  });

  it('says where it could post when it is nowhere', async () => {
    const root = await flipped();
    const nowhere = { GITHUB_REPOSITORY: '', GITHUB_EVENT_PATH: '', PATH: '/usr/bin:/bin' };
    const { code, stderr } = await pipe(root, ['publish', 'main'], nowhere);
    expect([code, stderr]).toEqual([2, expect.stringContaining('PUBLISH_NOWHERE')]);
  });

  it('says of a first record that nothing stands against it, and shows it with what changed', async () => {
    const root = await repository();
    await commit(root);
    await flip(root);
    await pipe(root, ['run', 'score', '-q']);
    const { stdout } = await pipe(root, ['publish', 'main', '--dry-run']);
    expect(stdout).toContain('## Simulated: Results of default');
    expect(stdout).toContain('| train auc   | percent |      60 |');
    expect(stdout).toContain('main has no recorded results of this experiment');
    expect(stdout).toContain('| model.wide | true   | false |');
  });

  it('hands the Markdown to cml as a file, where the program is there and nothing else is', async () => {
    const root = await flipped();
    const programs = await standIn(root, 'process.exit(0)');
    const environment = {
      ...elsewhere,
      PATH: `${programs}:${process.env['PATH']}`,
      REPO_TOKEN: 'cml-secret',
    };
    const { code, stderr, stdout } = await pipe(root, ['publish', 'main'], environment);
    expect([code, stderr]).toEqual([0, expect.stringContaining('handed to cml')]);
    const [version, comment] = await callsIn(programs);
    expect(version?.words).toEqual(['--version']);
    expect(comment?.words).toEqual([
      'comment',
      'update',
      '--watermark-title=pipe: pipe / default',
      expect.stringMatching(/report\.md$/),
    ]);
    const dry = await pipe(root, ['publish', 'main', '--dry-run'], environment);
    expect(comment?.text.trimEnd()).toBe(dry.stdout);
    expect(existsSync(comment?.words.at(-1) ?? '')).toBe(false);
    expect(`${JSON.stringify(comment)}${stdout}${stderr}`).not.toContain('cml-secret');
  });

  it('says what cml said when it fails, without the token', async () => {
    const root = await flipped();
    const programs = await standIn(
      root,
      "if (process.argv[2] !== '--version') { console.error('denied for ' + process.env.REPO_TOKEN); process.exit(7); }",
    );
    const environment = {
      ...elsewhere,
      PATH: `${programs}:${process.env['PATH']}`,
      REPO_TOKEN: 'cml-secret',
    };
    const { code, stderr } = await pipe(root, ['publish', 'main'], environment);
    expect(code).toBe(2);
    expect(stderr).toContain('PUBLISH_FAILED cml comment ended with 7: denied for ***');
    expect(stderr).not.toContain('cml-secret');
  });
});

/** No job of GitHub or GitLab. */
const elsewhere = { GITHUB_REPOSITORY: '', GITHUB_EVENT_PATH: '', GITHUB_WORKFLOW: 'pipe' };

/** A program called cml that writes down how it was called and what the file held, then does `end`. */
async function standIn(root: string, end: string): Promise<string> {
  const programs = join(root, 'artifacts/programs');
  await mkdir(programs);
  const text = `#!${process.execPath}
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const words = process.argv.slice(2);
const file = words.at(-1);
const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
appendFileSync(${JSON.stringify(join(programs, 'calls'))}, JSON.stringify({ words, text }) + '\\n');
${end}
`;
  await writeFile(join(programs, 'cml'), text);
  await chmod(join(programs, 'cml'), 0o755);
  return programs;
}

async function callsIn(programs: string): Promise<readonly { words: readonly string[]; text: string }[]> {
  const lines = (await readFile(join(programs, 'calls'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as { words: readonly string[]; text: string });
}
