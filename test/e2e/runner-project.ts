/** A small project in a temporary folder and the real command line run in it, to be killed at will. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { RunEvent } from '../../src/run/event.ts';
import { project } from '../run/project.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

export interface Running {
  kill(signal: NodeJS.Signals): void;
  /** The first event of that kind, when it comes; rejects when the run ends without it. */
  event<Kind extends RunEvent['kind']>(kind: Kind): Promise<Extract<RunEvent, { kind: Kind }>>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly RunEvent[];
  readonly stderr: string;
}

/** `stages` is the YAML below `stages:`, indented by two. */
export async function runnerProject(
  stages: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  return project({ 'pipeline.yaml': `params: { seed: 1 }\nstages:\n${stages}`, ...files });
}

export function start(root: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, 'run', ...args, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  let partial = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line) as RunEvent));
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, events, stderr })),
  );
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    event: (kind) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find((event) => event.kind === kind);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        look();
        void ended.then(({ code, stderr }) =>
          reject(new Error(`the run ended (${String(code)}) without ${kind}: ${stderr}`)),
        );
      }),
  };
}

export async function untilExists(path: string): Promise<void> {
  await until(() => existsSync(path));
}

/** The test's own time limit ends it when it never comes true. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}
