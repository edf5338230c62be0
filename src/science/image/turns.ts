/**
 * Work done by many at once, and now and then by one alone.
 *
 * libvips and sharp keep one list of errors and warnings for the whole process: what one picture's decoder says can be taken
 * for another's that is decoded at the same time. A picture that seems to fail is therefore looked at again, alone.
 */
interface Turns {
  /** How many work beside each other. */
  working: number;
  /** Called when the last of them ends. */
  allDone: () => void;
  /** Settles when the last of those who want to work alone has done so. */
  closed: Promise<void> | undefined;
}
const turns: Turns = { working: 0, allDone: () => undefined, closed: undefined };

/** Does `work` beside others, once nobody works alone. */
export async function together<Value>(work: () => Promise<Value>): Promise<Value> {
  while (turns.closed !== undefined) await turns.closed;
  turns.working += 1;
  try {
    return await work();
  } finally {
    turns.working -= 1;
    if (turns.working === 0) turns.allDone();
  }
}

/** Does `work` when all others have ended, and lets nobody begin until it has. Not to be called from within `together`. */
export async function alone<Value>(work: () => Promise<Value>): Promise<Value> {
  const before = turns.closed;
  const turn = Promise.withResolvers<void>();
  turns.closed = turn.promise;
  await before;
  try {
    if (turns.working > 0) await new Promise<void>((resolve) => (turns.allDone = resolve));
    return await work();
  } finally {
    if (turns.closed === turn.promise) turns.closed = undefined;
    turn.resolve();
  }
}
