import { expect, it } from 'vitest';

import { digestOfVariable } from '../../../src/run/declared-environment.ts';
import { stageEnvironment } from '../../../src/run/stage/environment.ts';

it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
  'a variable called %s that is not set is not set for a stage that declares it',
  (name) => {
    expect(digestOfVariable(name)).toBeNull();
    expect(Object.keys(stageEnvironment([name], undefined))).not.toContain(name);
  },
);
