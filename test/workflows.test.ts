import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const repository = join(import.meta.dirname, '..');
const folder = '.github/workflows';
const workflows = readdirSync(join(repository, folder)).map((name) => `${folder}/${name}`);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly workflows?: readonly string[] } | null>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }
    >
  >;
}

const read = (file: string): unknown => parse(readFileSync(join(repository, file), 'utf8'));
const workflowOf = (file: string): Workflow => read(file) as Workflow;
const action = read('action.yml') as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const stepsOf = (file: string): readonly Step[] =>
  file === 'action.yml'
    ? action.runs.steps
    : Object.values(workflowOf(file).jobs).flatMap(({ steps }) => steps);

describe.each([...workflows, 'action.yml'])('%s', (file) => {
  it('pins every action by the SHA of a commit', () => {
    const floating = stepsOf(file).filter(
      ({ uses = './' }) => uses !== './' && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses),
    );
    expect(floating).toEqual([]);
  });

  it('puts no expression into a shell, where a title or the name of a branch would be run', () => {
    for (const { run } of stepsOf(file)) expect(run ?? '').not.toContain('${{');
  });
});

describe('the workflows', () => {
  it('begin without any permission but reading', () => {
    for (const file of workflows)
      expect(Object.values(workflowOf(file).permissions).filter((access) => access !== 'read')).toEqual([]);
  });

  it('give a token that may write to no job that runs code of a pull request', () => {
    const triggers = workflows.map(workflowOf).flatMap(({ on, jobs }) => {
      const writes = Object.values(jobs).some(({ permissions = {} }) =>
        Object.values(permissions).includes('write'),
      );
      return writes ? Object.keys(on) : Object.keys(on).filter((name) => name === 'pull_request_target');
    });
    expect(triggers).toEqual(['workflow_run']);
  });

  it('keep no token in the checkout', () => {
    const checkouts = workflows.flatMap(stepsOf).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toHaveLength(workflows.length);
    for (const { with: given } of checkouts) expect(given).toMatchObject({ 'persist-credentials': false });
  });

  it('comment on what the report uploads, by the names it has', () => {
    const report = workflowOf(`${folder}/pull-request-report.yml`);
    const comment = workflowOf(`${folder}/pull-request-comment.yml`);
    expect(comment.on['workflow_run']?.workflows).toEqual([report.name]);
    const download = stepsOf(`${folder}/pull-request-comment.yml`).find(({ uses }) =>
      uses?.includes('download-artifact'),
    );
    expect(download?.with?.['name']).toBe(action.inputs['artifact']?.default);
    const given = stepsOf(`${folder}/pull-request-report.yml`).find(({ uses }) => uses === './')?.with ?? {};
    for (const input of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(input);
  });
});
