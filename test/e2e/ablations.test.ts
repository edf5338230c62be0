import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfThisProject, type Ended, type PaperProject, smallest } from './paper-project.ts';

/** Names of the nodes that ran, from the events of `--json`, in code-point order. */
function ran({ stdout }: Ended): string[] {
  return eventsOf(stdout)
    .filter(({ kind }) => kind === 'node-finished')
    .map(({ node }) => String(node))
    .toSorted();
}

function eventsOf(lines: string): Record<string, unknown>[] {
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const stagesOf = (nodes: readonly string[]): string[] =>
  [...new Set(nodes.map((node) => node.replace(/\[.*/s, '')))].toSorted();

describe('pipe run ablations, on the smallest simulated data', () => {
  let project: PaperProject;
  let first: Ended;
  let tables: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    project = await copyOfThisProject();
    first = await project.pipe('run', 'ablations', ...smallest, '--cpus', '2', '--json');
    tables = await project.artifactOf('ablations', smallest);
  }, 300_000);
  afterAll(() => project.remove());

  it('runs every stage once, and once more where a toggle or K sets it apart', () => {
    expect(first.code, first.stderr).toBe(0);
    const names = ran(first);
    const times = (stage: string): number =>
      names.filter((name) => name.replace(/\[.*/s, '') === stage).length;
    expect(
      ['simulate', 'ingest', 'landmarks', 'manipulate', 'statistics', 'ablations'].map((stage) => [
        stage,
        times(stage),
      ]),
    ).toEqual([
      ['simulate', 1],
      ['ingest', 1],
      ['landmarks', 1],
      ['manipulate', 1],
      ['statistics', 1],
      ['ablations', 1],
    ]);
    expect(times('pretrain')).toBe(5);
    expect(times('features')).toBe(5);
    expect(times('gmm')).toBe(5 + 1 + 5);
    expect(times('evaluate')).toBe(6 + 6);
  });

  it('calls the tables simulated in every form', () => {
    expect([...tables.keys()]).toEqual(expect.arrayContaining(['tables.csv', 'tables.json', 'tables.md']));
    for (const name of ['tables.csv', 'tables.json', 'tables.md'])
      expect(tables.get(name)?.toString()).toMatch(/simulated/i);
  });

  it('runs nothing the second time and prints the tables', async () => {
    const again = await project.pipe('run', 'ablations', ...smallest, '--json');
    expect(again.code, again.stderr).toBe(0);
    expect(ran(again)).toEqual([]);
    const shown = await project.pipe('run', 'ablations', ...smallest);
    expect(shown.stdout).toContain(tables.get('tables.md')?.toString().trim());
  });

  it('has contact sheets of the faces found and of their manipulations for the report', async () => {
    const written = await project.pipe('report', 'landmarks', 'manipulate', ...smallest, '-o', 'faces.html');
    expect(written.code, written.stderr).toBe(0);
    const page = await readFile(join(project.folder, 'faces.html'), 'utf8');
    expect(page.match(/<img src="data:image\/png;base64,[^"]{10000,}" alt="[^"]+"/g)).toEqual([
      expect.stringContaining('alt="Faces and their points"'),
      expect.stringContaining('alt="Manipulations"'),
    ]);
    expect(page.length).toBeLessThan(8e6);
    const shown = await project.pipe('show', 'landmarks', ...smallest);
    expect(shown.stdout).toMatch(
      /24 of 80 faces with their 68 points.*\n\nartifacts\/landmarks\/\w+\/files/s,
    );
  });

  it('runs gmm and what follows it, and nothing above, when K is overridden', async () => {
    const changed = await project.pipe('run', 'ablations', ...smallest, '-S', 'gmm.components=5', '--json');
    expect(changed.code, changed.stderr).toBe(0);
    expect(stagesOf(ran(changed))).toEqual(['ablations', 'evaluate', 'gmm']);
  });

  describe('in another store, with one core', () => {
    const one = ['--cpus', '1', '--json'];
    let other: PaperProject;
    beforeAll(async () => {
      other = await copyOfThisProject();
    });
    afterAll(() => other.remove());

    it('resumes from its checkpoint after kill -9 during pretrain and gives the same model', async () => {
      const long = [...smallest, '-S', 'pretrain.epochs=12', '-S', 'pretrain.checkpointSeconds=0.01'];
      const args = ['run', 'pretrain', ...long];
      const undisturbed = await project.pipe(...args, '--json');
      expect(undisturbed.code, undisturbed.stderr).toBe(0);
      const model = (await project.artifactOf('pretrain', long)).get('model.onnx');

      const { process: victim, ended } = other.start(...args, ...one);
      await untilProgressOf(victim, 'pretrain', 12);
      victim.kill('SIGKILL');
      expect((await ended).code).toBe(null);

      const resumed = await other.pipe(...args, ...one);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(stagesOf(ran(resumed))).toEqual(['pretrain']);
      expect(
        eventsOf(resumed.stdout).filter(({ kind, resumed }) => kind === 'node-started' && resumed === true),
      ).toHaveLength(1);
      expect((await other.artifactOf('pretrain', long)).get('model.onnx')).toEqual(model);
    }, 300_000);

    it('gives the same bytes', async () => {
      const ended = await other.pipe('run', 'ablations', ...smallest, ...one);
      expect(ended.code, ended.stderr).toBe(0);
      expect(await other.artifactOf('ablations', smallest)).toEqual(tables);
    }, 300_000);
  });
});

/** Resolves when the events on the process's standard output say that the stage has done that many steps. */
function untilProgressOf(
  child: ReturnType<PaperProject['start']>['process'],
  stage: string,
  steps: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest = '';
    child.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const event of eventsOf(lines.join('\n'))) {
        const { progress } = event as { progress?: { done: number } };
        if (event['kind'] === 'node-progress' && event['node'] === stage && (progress?.done ?? 0) >= steps)
          resolve();
      }
    });
    child.once('close', () => reject(new Error(`the run ended before ${steps} steps of ${stage}`)));
  });
}
