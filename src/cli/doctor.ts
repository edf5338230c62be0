/**
 * `pipe doctor`: what there is to run on here, what is missing, and the command that gets it. The machine and the
 * programs that the runner calls are looked at here; what stages compute on, by the project's own `commands/doctor.ts`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

import type { Finding } from '../command.ts';
import { findProject } from '../config/project.ts';
import { visibleGpus } from '../run/machine.ts';
import { bytesInWords } from '../bytes.ts';
import { exitCode } from './exit-code.ts';
import type { JsonOption } from './options.ts';
import { callCommand, commandFile } from './project-command.ts';
import { printJson, printLines } from './output.ts';

export async function doctor({ json }: JsonOption): Promise<number> {
  const findings = [node(), machine(), cards(), git(), cml(), ...(await ofProject())];
  if (json === true) printJson(findings, 2);
  else for (const finding of findings) printLines(...lines(finding));
  return findings.some(({ state }) => state === 'needed') ? exitCode.workToDo : exitCode.ok;
}

const width = 12;

function lines({ what, state, detail, remedy }: Finding): readonly string[] {
  const indent = ' '.repeat(width + 10);
  const word = state === 'there' ? 'there' : 'missing';
  return [
    `${what.padEnd(width)} ${word.padEnd(8)} ${detail}`,
    ...(remedy === undefined ? [] : [`${indent}${remedy}`]),
  ];
}

const node = (): Finding => ({ what: 'node', state: 'there', detail: process.version });

function machine(): Finding {
  const model = cpus()[0]?.model.trim() ?? '';
  const memory = `${bytesInWords(process.availableMemory())} of memory free`;
  const detail = [`${availableParallelism()} cores`, memory, vectorUnits(), model].filter(
    (part) => part !== '',
  );
  return { what: 'machine', state: 'there', detail: detail.join(', ') };
}

/** Of the processor, the widest first; empty where the system does not tell. */
function vectorUnits(): string {
  try {
    const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
    return ['avx512f', 'avx2', 'avx'].find((flag) => flags.has(flag))?.toUpperCase() ?? '';
  } catch {
    return '';
  }
}

function cards(): Finding {
  const count = visibleGpus().length;
  return count > 0
    ? { what: 'gpu', state: 'there', detail: `${count} NVIDIA card${count > 1 ? 's' : ''} with a driver` }
    : { what: 'gpu', state: 'missing', detail: 'no NVIDIA card with a driver; stages run on the processor' };
}

const git = (): Finding => program('git', 'results are recorded and compared by revisions', 'install git');

const cml = (): Finding =>
  program('cml', 'needed only to publish by CML', 'see docs/continuous-integration.md');

function program(name: string, use: string, remedy: string): Finding {
  try {
    const text = execFileSync(name, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return { what: name, state: 'there', detail: text.trim().split('\n', 1)[0] as string };
  } catch {
    return { what: name, state: 'missing', detail: use, remedy };
  }
}

async function ofProject(): Promise<readonly Finding[]> {
  const project = findProject(process.cwd());
  if (!project.ok || !existsSync(commandFile(project.value, 'doctor'))) return [];
  const { json } = await callCommand('doctor', { set: [] });
  return json as unknown as readonly Finding[];
}
