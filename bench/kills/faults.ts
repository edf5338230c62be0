/** What goes wrong in a trial, drawn from its seed. */
import type { Random } from '../../src/science/random.ts';
import type { Call } from './calls.ts';
import type { State, Victim } from './states.ts';

type Fault =
  /** SIGKILL at a call of the system. */
  | { readonly kind: 'kill'; readonly call: Call }
  /** The call fails, once or from then on. */
  | { readonly kind: 'error'; readonly call: Call; readonly error: string; readonly lasts: boolean }
  /** SIGKILL so many milliseconds after the start. */
  | { readonly kind: 'moment'; readonly milliseconds: number }
  /** The store is on a disk with so many bytes left. */
  | { readonly kind: 'full'; readonly room: number }
  /** A folder of the store, drawn by the number, has lost its permissions. */
  | { readonly kind: 'closed'; readonly folder: number; readonly mode: number };

export interface Plan {
  readonly state: State;
  readonly victim: Victim;
  readonly fault: Fault;
}

/** `callsOf` is absent where there is no strace, `hasDisk` false where no disk can be mounted. */
export async function drawPlan(
  random: Random,
  {
    callsOf,
    hasDisk,
    longest,
  }: {
    readonly callsOf: ((state: State, victim: Victim) => Promise<readonly Call[]>) | undefined;
    readonly hasDisk: boolean;
    readonly longest: number;
  },
): Promise<Plan> {
  const states: readonly State[] =
    callsOf === undefined ? ['empty', 'made', 'damaged'] : ['empty', 'made', 'damaged', 'unsaved'];
  const state = random.pick(states);
  const victim = state === 'made' && random.uniform() < 0.5 ? 'gc' : 'run';
  const kind = random.uniform();
  const moment: Fault = { kind: 'moment', milliseconds: Math.round(random.uniform() * longest) };
  const draw = async (): Promise<Fault> => {
    if (kind < 0.1)
      return {
        kind: 'closed',
        folder: random.integer(1000),
        mode: random.pick([0o000, 0o444, 0o555, 0o311]),
      };
    if (kind < 0.2 && hasDisk) return { kind: 'full', room: 4096 * random.integer(40) };
    if (kind < 0.25 || callsOf === undefined) return moment;
    const call = random.pick(await callsOf(state, victim));
    if (kind < 0.65) return { kind: 'kill', call };
    return {
      kind: 'error',
      call,
      error: random.pick(['ENOSPC', 'EACCES', 'EIO', 'EPERM']),
      lasts: random.uniform() < 0.3,
    };
  };
  return { state, victim, fault: await draw() };
}

export function described({ state, victim, fault }: Plan): string {
  const where = `${victim} in a store that is ${state}`;
  switch (fault.kind) {
    case 'kill':
      return `${where}, killed at ${fault.call.name} ${fault.call.when}`;
    case 'error':
      return `${where}, ${fault.error} of ${fault.call.name} ${fault.call.when}${fault.lasts ? ' and all after it' : ''}`;
    case 'moment':
      return `${where}, killed after ${fault.milliseconds} ms`;
    case 'full':
      return `${where}, with ${fault.room} bytes left on the disk`;
    case 'closed':
      return `${where}, folder ${fault.folder} with mode ${fault.mode.toString(8)}`;
  }
}
