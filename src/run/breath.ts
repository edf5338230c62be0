/**
 * A long row of works that never wait keeps the process from hearing a signal: ten thousand nodes that become ready at once take
 * seconds. Whoever draws breath before each of them lets the others of the process have their turn now and then.
 */
import { setImmediate } from 'node:timers/promises';

/** In milliseconds, about: works in between are not cut. */
const longest = 20;

/** Each call waits for those before it, so that the order of the row stays. */
export function openBreath(): () => Promise<void> {
  let before = Promise.resolve();
  let since = performance.now();
  const draw = async (): Promise<void> => {
    if (performance.now() - since < longest) return;
    await setImmediate();
    since = performance.now();
  };
  return () => (before = before.then(draw));
}
