import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { undeclared } from '../../../src/run/stage/access.ts';
import { readTrace } from '../../../src/run/stage/trace.ts';
import { temporaryProject } from '../../temporary-project.ts';

const read = (path: string): { path: string; how: 'read' } => ({ path, how: 'read' });

it('a trace tells which files were opened, also where the calls of two processes run into one another', async () => {
  const root = await temporaryProject({});
  const trace = join(root, 'trace.txt');
  writeFileSync(
    trace,
    [
      '7 execve("./tool", ["./tool"], 0x7f /* 3 vars */) = 0',
      '7 execve("/usr/local/bin/cat", ["cat"], 0x7f /* 3 vars */) = -1 ENOENT (No such file or directory)',
      '7 openat(AT_FDCWD</p>, "a.csv", O_RDONLY) = 3</p/a.csv>',
      '7 openat(AT_FDCWD</p>, "none.csv", O_RDONLY) = -1 ENOENT (No such file or directory)',
      '7 openat(AT_FDCWD</p>, ".", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3</p>',
      '8 openat(AT_FDCWD</p>, "z\\303\\244 \\"y", O_WRONLY|O_CREAT|O_TRUNC, 0666 <unfinished ...>',
      '7 openat(AT_FDCWD</p>, "b.csv", O_RDONLY <unfinished ...>',
      '8 <... openat resumed>)             = 4</p/z\\303\\244 \\"y>',
      '7 <... openat resumed>)             = 5</p/b.csv>',
      '8 open("/dev/null", O_RDWR) = 6</dev/null<char 1:3>>',
      '8 +++ exited with 0 +++',
    ].join('\n'),
  );
  expect(readTrace(trace, '/p')).toEqual([
    { path: '/p/tool', how: 'read' },
    { path: '/p/a.csv', how: 'read' },
    { path: '/p/zä "y', how: 'written' },
    { path: '/p/b.csv', how: 'read' },
    { path: '/dev/null<char 1:3>', how: 'written' },
  ]);
});

it('what belongs to tools is no file of the project, and a compiled module stands for its source', () => {
  const accesses = [
    '/p/__pycache__/crop.cpython-311.pyc',
    '/p/.venv/bin/python',
    '/p/lib/python3/site-packages/x.py',
    '/p/.env',
    '/p/data/x',
    '/p/data2/x',
    '/usr/lib/libc.so',
    '/home/data/photo.jpg',
  ].map(read);
  const declared = { root: '/p', readable: ['/p/data'], writable: ['/p/artifacts/.store/work/x'] };
  expect(undeclared(accesses, declared)).toEqual([read('.env'), read('crop.py'), read('data2/x')]);
  const written = { path: '/srv/shared/model', how: 'written' } as const;
  expect(undeclared([written, { path: '/dev/null<char 1:3>', how: 'written' }], declared)).toEqual([written]);
});
