/** The workloads: a graph of small stages, a large folder, a large file, a sweep, a graph to be planned. */
import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { hashOfFile, shellsInARow, startOfNode, walkAndStat, walkStatAndHash } from './limits.ts';
import { stepsProject, type Step, type Workload } from './workload.ts';

const two = (i: number): string => String(i).padStart(2, '0');
const shells = shellsInARow(100);

const hundredSteps: readonly Step[] = [
  ...Array.from({ length: 99 }, (_, i): Step => {
    const above = i < 11 ? `../data/root-${two(i)}` : `s${two(i - 11)}`;
    return { name: `s${two(i)}`, inputs: i >= 88 ? [above, `../data/leaf-${two(i)}`] : [above] };
  }),
  { name: 'all', inputs: Array.from({ length: 11 }, (_, i) => `s${two(88 + i)}`) },
];

const hundred: Workload = {
  name: '100 stages',
  data(data) {
    for (let i = 0; i < 11; i++) writeFileSync(join(data, `root-${two(i)}`), `root ${i}\n`);
    for (let i = 88; i < 99; i++) writeFileSync(join(data, `leaf-${two(i)}`), `leaf ${i}\n`);
  },
  project: (tool, folder) => stepsProject(hundredSteps, tool, folder),
  cases: [
    { name: 'first run', from: 'nothing', limit: shells, limitIs: '100 shells in a row', rounds: 3 },
    {
      name: 'nothing to do for the first time',
      from: 'before',
      limit: startOfNode,
      limitIs: 'start of bare Node',
      rounds: 1,
    },
    { name: 'nothing to do', from: 'before', limit: startOfNode, limitIs: 'start of bare Node', rounds: 9 },
    {
      name: 'all inputs touched',
      from: 'before',
      change(data) {
        for (let i = 0; i < 11; i++) utimesSync(join(data, `root-${two(i)}`), new Date(), new Date());
      },
      limit: startOfNode,
      limitIs: 'start of bare Node',
      rounds: 3,
    },
    {
      name: 'one leaf changed',
      from: 'before',
      change: (data, round) => writeFileSync(join(data, 'leaf-90'), `round ${round}\n`),
      limit: startOfNode,
      limitIs: 'start of bare Node',
      rounds: 3,
    },
  ],
};

const files = 50_000;
const fileAt = (data: string, i: number): string => join(data, `d${Math.floor(i / 1000)}`, `f${i}`);
const countFiles = 'find ../data -type f | wc -l >';
const folderProjects: Readonly<Record<string, readonly [string, string]>> = {
  pipe: [
    'pipeline.yaml',
    `stages:\n  all:\n    run: find $PIPE_INPUT_DATA -type f | wc -l > $PIPE_OUTPUT/out\n    inputs: { data: ../data }\n`,
  ],
  doit: [
    'dodo.py',
    `import os\nDATA = [os.path.join(d, f) for d, _, fs in os.walk('../data') for f in fs]\ndef task_all():\n    return {'file_dep': DATA, 'targets': ['out/all'], 'actions': ['${countFiles} out/all']}\n`,
  ],
  snakemake: [
    'Snakefile',
    `import os\nDATA = [os.path.join(d, f) for d, _, fs in os.walk('../data') for f in fs]\nrule all:\n    input: DATA\n    output: "out/all"\n    shell: "${countFiles} {output}"\n`,
  ],
  dvc: [
    'dvc.yaml',
    `stages:\n  all:\n    cmd: ${countFiles} out/all\n    deps: [../data]\n    outs: [out/all]\n`,
  ],
};

const folder: Workload = {
  name: '50,000 files',
  data(data) {
    const bytes = Buffer.alloc(4096);
    for (let i = 0; i < files; i++) {
      if (i % 1000 === 0) mkdirSync(join(data, `d${i / 1000}`));
      bytes.writeUInt32LE(i);
      writeFileSync(fileAt(data, i), bytes);
    }
  },
  project: (tool, at) => writeProject(folderProjects, tool, at),
  cases: [
    {
      name: 'first run',
      from: 'nothing',
      limit: walkStatAndHash,
      limitIs: 'walk, stat, SHA-256',
      rounds: 2,
      memoryLimit: 0.12,
    },
    {
      name: 'nothing to do for the first time',
      from: 'before',
      limit: walkAndStat,
      limitIs: 'walk and stat',
      rounds: 1,
    },
    {
      name: 'nothing to do',
      from: 'before',
      limit: walkAndStat,
      limitIs: 'walk and stat',
      rounds: 5,
      memoryLimit: 0.12,
    },
    {
      name: 'one changed',
      from: 'before',
      change: (data, round) => writeFileSync(fileAt(data, 4321), `round ${round}\n`),
      limit: walkAndStat,
      limitIs: 'walk and stat',
      rounds: 3,
      memoryLimit: 0.12,
    },
    {
      name: 'all touched',
      from: 'before',
      change(data) {
        const now = new Date();
        for (let i = 0; i < files; i++) utimesSync(fileAt(data, i), now, now);
      },
      limit: walkStatAndHash,
      limitIs: 'walk, stat, SHA-256',
      rounds: 3,
      memoryLimit: 0.12,
    },
  ],
};

const head = 'head -c 1 ../data/large >';
const largeFile: Workload = {
  name: 'one 4-GiB file',
  data(data) {
    // Without a byte on the disk: what is measured is the reading from memory and the digest.
    writeFileSync(join(data, 'large'), '');
    truncateSync(join(data, 'large'), 4 * 2 ** 30);
  },
  project: (tool, at) =>
    writeProject(
      {
        pipe: [
          'pipeline.yaml',
          `stages:\n  all:\n    run: head -c 1 $PIPE_INPUT_DATA > $PIPE_OUTPUT/out\n    inputs: { data: ../data/large }\n`,
        ],
        doit: [
          'dodo.py',
          `def task_all():\n    return {'file_dep': ['../data/large'], 'targets': ['out/all'], 'actions': ['${head} out/all']}\n`,
        ],
        snakemake: [
          'Snakefile',
          `rule all:\n    input: "../data/large"\n    output: "out/all"\n    shell: "${head} {output}"\n`,
        ],
        dvc: [
          'dvc.yaml',
          `stages:\n  all:\n    cmd: ${head} out/all\n    deps: [../data/large]\n    outs: [out/all]\n`,
        ],
      },
      tool,
      at,
    ),
  cases: [
    {
      name: 'first run',
      from: 'nothing',
      limit: (data) => hashOfFile(join(data, 'large')),
      limitIs: 'SHA-256 of it',
      rounds: 1,
    },
    { name: 'nothing to do', from: 'before', limit: startOfNode, limitIs: 'start of bare Node', rounds: 3 },
  ],
};

const points = 1000;
const sweep: Workload = {
  name: 'sweep of 1,000 points',
  data: (data) => writeFileSync(join(data, 'input'), 'x\n'),
  project: (tool, at) =>
    writeProject(
      {
        pipe: [
          'pipeline.yaml',
          `params: { point: 0 }
stages:
  point:
    run: cat $PIPE_INPUT_DATA $PIPE_PARAMS > $PIPE_OUTPUT/out
    inputs: { data: ../data/input }
    with: { point: '\${point}' }
  all:
    run: echo "$PIPE_INPUT_POINTS" | wc -l > $PIPE_OUTPUT/out
    inputs: { points: { from: point, sweep: { point: [${Array.from({ length: points }, (_, i) => i).join(',')}] } } }
`,
        ],
        doit: [
          'dodo.py',
          `def task_point():
    for i in range(${points}):
        yield {'name': str(i), 'file_dep': ['../data/input'], 'targets': [f'out/{i}'], 'actions': [f'cat ../data/input > out/{i}; echo {i} >> out/{i}']}
`,
        ],
        dvc: [
          'dvc.yaml',
          `stages:
  point:
    foreach: [${Array.from({ length: points }, (_, i) => i).join(',')}]
    do:
      cmd: cat ../data/input > out/\${item}; echo \${item} >> out/\${item}
      deps: [../data/input]
      outs: ["out/\${item}"]
`,
        ],
        snakemake: [
          'Snakefile',
          `rule all:
    input: expand("out/{i}", i=range(${points}))
rule point:
    input: "../data/input"
    output: "out/{i}"
    shell: "cat {input} > {output}; echo {wildcards.i} >> {output}"
`,
        ],
      },
      tool,
      at,
    ),
  cases: [
    {
      name: 'first run',
      from: 'nothing',
      limit: shellsInARow(points),
      limitIs: '1,000 shells in a row',
      rounds: 1,
    },
    { name: 'nothing to do', from: 'before', limit: startOfNode, limitIs: 'start of bare Node', rounds: 5 },
  ],
};

/** What each says of what it would do. */
const planArguments = {
  pipe: ['plan', 'all', '--json'],
  doit: ['list', '--all', '--status', '--quiet'],
  snakemake: ['--dry-run', '--cores', '2', '--quiet', 'all'],
  dvc: ['repro', '--dry', '--quiet'],
};

const layers = 100;
const nameIn = (layer: number, i: number): string => `s${layer}_${i}`;
/** 100 layers of 100 stages. */
const plan: Workload = {
  name: 'graph of 10,000 nodes',
  data: (data) => writeFileSync(join(data, 'input'), 'x\n'),
  project(tool, at) {
    const steps = Array.from({ length: layers * 100 - 1 }, (_, n): Step => {
      const [layer, i] = [Math.floor(n / 100), n % 100];
      return {
        name: nameIn(layer, i),
        inputs: layer === 0 ? ['../data/input'] : [nameIn(layer - 1, i), nameIn(layer - 1, (i + 1) % 100)],
      };
    });
    const last = steps.slice(-99).map((step) => step.name);
    stepsProject([...steps, { name: 'all', inputs: last }], tool, at);
  },
  cases: [
    {
      name: 'first plan',
      from: 'nothing',
      argumentsOf: planArguments,
      limit: startOfNode,
      limitIs: 'start of bare Node',
      rounds: 2,
    },
    {
      name: 'planned again',
      from: 'before',
      argumentsOf: planArguments,
      limit: startOfNode,
      limitIs: 'start of bare Node',
      rounds: 3,
    },
  ],
};

function writeProject(
  projects: Readonly<Record<string, readonly [string, string]>>,
  tool: string,
  at: string,
): void {
  const project = projects[tool];
  if (project === undefined) throw new Error(`no project for ${tool}`);
  mkdirSync(join(at, 'out'), { recursive: true });
  writeFileSync(join(at, project[0]), project[1]);
}

export const workloads: readonly Workload[] = [hundred, folder, largeFile, sweep, plan];
