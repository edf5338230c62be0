import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { alone, together } from '../../../src/science/image/turns.ts';

const fail = (): Promise<never> => Promise.reject(new Error('no'));

describe('turns', () => {
  it('let nobody work beside one who works alone, and lose no one', async () => {
    let beside = 0;
    let single = 0;
    let most = 0;
    const faults: string[] = [];
    const ordinary = async (): Promise<string> => {
      beside += 1;
      most = Math.max(most, beside);
      if (single > 0) faults.push('began beside one who works alone');
      await setImmediate();
      if (single > 0) faults.push('went on beside one who works alone');
      beside -= 1;
      return 'beside';
    };
    const exclusive = async (): Promise<string> => {
      single += 1;
      if (single > 1 || beside > 0) faults.push('began alone beside others');
      await setImmediate();
      if (beside > 0) faults.push('was joined');
      single -= 1;
      return 'alone';
    };
    const results = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        for (let k = 0; k < i % 4; k++) await setImmediate();
        return i % 5 === 0 ? alone(exclusive) : together(ordinary);
      }),
    );
    expect(faults).toEqual([]);
    expect(most).toBeGreaterThan(1);
    expect(results.filter((result) => result === 'alone')).toHaveLength(12);
    expect(results).toHaveLength(60);
  });

  it('go on after a failure', async () => {
    await expect(together(fail)).rejects.toThrow('no');
    await expect(alone(fail)).rejects.toThrow('no');
    expect(await Promise.all([alone(() => Promise.resolve(1)), together(() => Promise.resolve(2))])).toEqual([
      1, 2,
    ]);
  });
});
