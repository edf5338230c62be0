/**
 * This project as the pages speak of it, with the experiments made tiny, the stages that a page adds, pictures of one's own, and results
 * recorded in git. Everything is done for real, on little.
 */
import { chmod, cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { execa } from 'execa';
import { parseDocument } from 'yaml';

import { writeFdfTree } from '../../bench/paper/fdf-tree.ts';
import { commit, git } from '../e2e/recorded-project.ts';
import { writeTree } from '../temporary-folder.ts';

const repository = join(import.meta.dirname, '../..');
const parts =
  'bin src stages commands probes schemas experiments scripts bench test pipeline.yaml allowances.yaml package.json package-lock.json .npmrc .gitignore .prettierrc.json docs/adding-a-stage.md';

const tiny = {
  'simulate.photos': 80,
  'simulate.faces': { train: 60, validation: 12, test: 12 },
  'simulate.generated': { validation: 2, test: 2 },
  'landmarks.compare': 2,
  'pretrain.epochs': 1,
  'pretrain.batch': 16,
  'pretrain.heldOut': 16,
  'pretrain.measure.faces': 8,
  'figures.embedding': { faces: 20, perplexity: 3, iterations: 250 },
};
/** Simulated faces are no photographs: the detector is not sure of them. */
const found = {
  'landmarks.minimumConfidence': 0.05,
  'pretrain.epochs': 1,
  'pretrain.batch': 8,
  'pretrain.heldOut': 4,
};
const tinyPaper = {
  ...found,
  'shards.photos': 3,
  'shards.images': 2,
  'ingest.limit': 24,
  'manipulate.size': 64,
  'pretrain.network': 'demo',
  'pretrain.microBatch': 4,
  'features.split': { validation: 4, test: 8, generatedValidation: 0.5, generatedTest: 5000 },
  'gmm.regularization': 0.1,
};

interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  /** Standard output and error as they came. */
  readonly all: string;
}

export interface TinyProject {
  readonly folder: string;
  /** As a shell of a stranger runs it: with the machine's own Node. */
  readonly shell: (line: string, environment?: Readonly<Record<string, string>>) => Promise<Ended>;
}

/** In the empty folder. */
export async function tinyProject(folder: string): Promise<TinyProject> {
  for (const part of parts.split(' '))
    await cp(join(repository, part), join(folder, part), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await setParameters(join(folder, 'pipeline.yaml'), ['params'], tiny);
  await setParameters(join(folder, 'experiments/paper.yaml'), ['set'], tinyPaper);
  await setParameters(join(folder, 'experiments/photos.yaml'), ['set'], found);
  await addStages(folder);
  await writeTree(folder, { 'experiments/tiny.yaml': 'set: { gmm.components: 2 }\n' });
  const project = { folder, shell: await shellIn(folder) };

  await git(folder, 'init', '--quiet', '--initial-branch=main');
  const ran = await project.shell('pipe run ablations -q && pipe record ablations && pipe schema');
  if (ran.code !== 0) throw new Error(ran.all);
  await commit(folder);
  await addPictures(project);
  return project;
}

async function setParameters(
  file: string,
  under: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'));
  for (const [path, value] of Object.entries(values)) {
    const flat = document.getIn([...under, path]) !== undefined;
    document.setIn([...under, ...(flat ? [path] : path.split('.'))], value);
  }
  await writeFile(file, document.toString());
}

/** The stages of docs/adding-a-stage.md, as it says. */
async function addStages(folder: string): Promise<void> {
  const page = await readFile(join(folder, 'docs/adding-a-stage.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, text = '']) => ({
    language,
    text,
  }));
  const module = blocks.find(({ language }) => language === 'ts')?.text ?? '';
  await writeFile(join(folder, 'stages/brightness.ts'), module);
  const stages = blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => text.replaceAll(/^(?=.)/gm, '  '));
  const pipeline = join(folder, 'pipeline.yaml');
  await writeFile(pipeline, (await readFile(pipeline, 'utf8')) + stages.join('\n'));
}

/** `pictures/` as `-e photos` takes them, `data/` as `-e paper` does: the simulator's. */
async function addPictures({ folder, shell }: TinyProject): Promise<void> {
  const shown = await shell('pipe show simulate --json');
  const { folder: simulated } = JSON.parse(shown.stdout) as { folder: string };
  const from = (part: string): string => join(folder, simulated, part);
  for (const [part, own, count] of [
    ['photos', 'pictures/exif', 16],
    ['faces/celeba_hq_256', 'pictures/portraits', 12],
    ['generated', 'pictures/generated', 3],
  ] as const)
    for (const name of (await readdir(from(part))).toSorted().slice(0, count))
      await cp(join(from(part), name), join(folder, own, name), { recursive: true });
  for (const [part, own] of [
    ['generated', 'data/generated'],
    ['faces', 'data/CelebA-HQ'],
  ] as const)
    await cp(from(part), join(folder, own), { recursive: true });
  await writeFdfTree(join(folder, 'data/FDF'), 24);
  await writeFile(join(folder, 'data/exif-as-language.pth'), safetensors('heads.bias', 5));
}

/** A file of weights with one tensor of zeros. */
function safetensors(name: string, length: number): Buffer {
  const header = JSON.stringify({ [name]: { dtype: 'F32', shape: [length], data_offsets: [0, 4 * length] } });
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, Buffer.from(header), Buffer.alloc(4 * length)]);
}

async function shellIn(folder: string): Promise<TinyProject['shell']> {
  const programs = join(folder, 'artifacts/programs');
  await writeTree(programs, {
    pipe: `#!/bin/sh\nexec node '${join(folder, 'bin/pipe.js')}' "$@"\n`,
    // npm takes more than a second to find what is there; test/pages/scenes.ts has it look once.
    npx: `#!/bin/sh\nname="$1"; shift\n[ "$name" != pipe ] || exec pipe "$@"\nexec node_modules/.bin/"$name" "$@"\n`,
    browser: '#!/bin/sh\nexit 0\n',
    // Where there is no LaTeX: takes what it takes, and says that it wrote.
    pdflatex:
      "#!/bin/sh\nset -e\ngrep -q '\\\\toprule' tables.tex\ntouch tables.pdf\necho Output written on tables.pdf\n",
  });
  for (const name of ['pipe', 'npx', 'browser', 'pdflatex']) await chmod(join(programs, name), 0o755);
  const own = (process.env['PATH'] ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  return async (line, environment = {}) => {
    const { exitCode, stdout, all } = await execa('bash', ['-c', line], {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      env: {
        NO_COLOR: '1',
        BROWSER: join(programs, 'browser'),
        PATH: [programs, ...own].join(delimiter),
        ...environment,
      },
    });
    return { code: exitCode, stdout, all };
  };
}
