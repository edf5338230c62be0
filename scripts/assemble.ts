/**
 * Makes the WebAssembly beside each `.wat` in `src`. With `--check` nothing is written, and the exit code is 1 where one is out of
 * step with its text.
 */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openWabt from 'wabt';

const root = join(import.meta.dirname, '..');
const wabt = await openWabt();
for await (const file of glob('src/**/*.wat', { cwd: root })) {
  const module = wabt.parseWat(file, await readFile(join(root, file), 'utf8'), { simd: true });
  module.validate();
  const bytes = module.toBinary({}).buffer;
  const target = join(root, file.replace(/wat$/, 'wasm'));
  if (!process.argv.includes('--check')) await writeFile(target, bytes);
  else if (!(await readFile(target).catch(() => Buffer.of())).equals(bytes)) {
    console.error(`${file.replace(/wat$/, 'wasm')} is out of step with ${file}: npm run assemble`);
    process.exitCode = 1;
  }
}
