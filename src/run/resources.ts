/** What nodes share while they run: cores, places among the jobs, and any named thing such as a `gpu`. */
import type { Node } from '../graph/node.ts';

export interface ResourcePool {
  /**
   * Says that a node is about to acquire. Those who ask for all cores share what there is with the others who are
   * expected to ask for all: two trainings side by side end sooner than one after the other on twice the cores.
   * Returns how to take it back; the grant takes it back by itself.
   */
  expect(request: ResourceRequest): () => void;
  /** Waits until all it asks for is free; of those that wait, the earlier in the graph goes first where it fits. */
  acquire(request: ResourceRequest, signal: AbortSignal): Promise<Grant>;
}

interface ResourceRequest {
  readonly resources: Node['resources'];
  /** The node's place in the graph. */
  readonly order: number;
}

export interface Grant {
  readonly cpus: number;
  /** The devices it has to itself, by their place among all; undefined where it asked for none. */
  readonly gpus: readonly number[] | undefined;
  release(): void;
}

export interface PoolSize {
  readonly cpus: number;
  readonly jobs: number;
  /** Named ones; one that is not named here exists once. */
  readonly named?: Readonly<Record<string, number>>;
}

type Amounts = ReadonlyMap<string, number>;

interface Waiting extends ResourceRequest {
  readonly signal: AbortSignal;
  readonly start: (amounts: Amounts) => void;
  readonly abandon: (reason: Error) => void;
}

export function openPool({ cpus, jobs, named = {} }: PoolSize): ResourcePool {
  const used = new Map<string, number>();
  const takenGpus = new Set<number>();
  /** By their order. */
  const waiting: Waiting[] = [];
  /** By their order: the nodes that ask for all cores and have none yet. */
  const sharers = new Set<number>();
  const sizeOf = (name: string): number =>
    name === 'cpu' ? cpus : name === jobSlot ? jobs : (named[name] ?? 1);
  const fits = (amounts: Amounts): boolean =>
    [...amounts].every(([name, amount]) => (used.get(name) ?? 0) + amount <= sizeOf(name));
  const change = (amounts: Amounts, sign: 1 | -1): void => {
    for (const [name, amount] of amounts) used.set(name, (used.get(name) ?? 0) + sign * amount);
  };

  // Everyone needs a place.
  const isFull = (): boolean => (used.get(jobSlot) ?? 0) >= jobs;
  const startThoseThatFit = (): void => {
    if (isFull()) return;
    for (const request of waiting.slice()) {
      if (isFull()) return;
      const amounts = amountsOf(request.resources, sizeOf);
      if (request.resources['cpu'] === 'all') amounts.set('cpu', shareOfCores());
      if (!fits(amounts)) continue;
      waiting.splice(waiting.indexOf(request), 1);
      sharers.delete(request.order);
      change(amounts, 1);
      request.start(amounts);
    }
  };
  const shareOfCores = (): number => {
    const free = cpus - (used.get('cpu') ?? 0);
    return Math.max(1, Math.min(free, Math.floor(cpus / Math.max(1, sharers.size))));
  };

  const takeGpus = (count: number): readonly number[] => {
    const free = Array.from({ length: sizeOf('gpu') }, (_, gpu) => gpu).filter((gpu) => !takenGpus.has(gpu));
    const taken = free.slice(0, count);
    for (const gpu of taken) takenGpus.add(gpu);
    return taken;
  };

  // One listener for all: among ten thousand of one signal each would be compared with every other.
  const heard = new WeakSet<AbortSignal>();
  const listenTo = (signal: AbortSignal): void => {
    if (heard.has(signal)) return;
    heard.add(signal);
    const onAbort = (): void => {
      const given = waiting.filter((request) => request.signal === signal);
      const kept = waiting.filter((request) => request.signal !== signal);
      waiting.splice(0, waiting.length, ...kept);
      for (const { abandon } of given) abandon(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  };

  return {
    expect({ resources, order }) {
      if (resources['cpu'] === 'all') sharers.add(order);
      return () => sharers.delete(order);
    },
    acquire({ resources, order }, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const start = (amounts: Amounts): void => {
          const gpus = 'gpu' in resources ? takeGpus(amounts.get('gpu') ?? 0) : undefined;
          resolve({
            cpus: amounts.get('cpu') ?? 1,
            gpus,
            release() {
              for (const gpu of gpus ?? []) takenGpus.delete(gpu);
              change(amounts, -1);
              startThoseThatFit();
            },
          });
        };
        listenTo(signal);
        const after = waiting.findLastIndex((other) => other.order <= order);
        waiting.splice(after + 1, 0, { resources, order, signal, start, abandon: reject });
        startThoseThatFit();
      });
    },
  };
}

const jobSlot = '(job)';

/** More cores than there are is as many as there are: their number never changes a result. */
function amountsOf(resources: Node['resources'], sizeOf: (name: string) => number): Map<string, number> {
  const amounts = new Map([
    [jobSlot, 1],
    ['cpu', 1],
  ]);
  for (const [name, amount] of Object.entries(resources)) {
    const wanted = amount === 'all' ? sizeOf(name) : amount;
    amounts.set(name, name === 'cpu' ? Math.max(1, Math.min(wanted, sizeOf(name))) : wanted);
  }
  return amounts;
}

/** The name of a resource of which it asks for more than there is. */
export function unavailableResource(
  resources: Node['resources'],
  { named = {} }: PoolSize,
): { readonly name: string; readonly wanted: number; readonly size: number } | undefined {
  for (const [name, wanted] of Object.entries(resources)) {
    const size = named[name] ?? 1;
    if (name !== 'cpu' && wanted !== 'all' && wanted > size) return { name, wanted, size };
  }
  return undefined;
}
