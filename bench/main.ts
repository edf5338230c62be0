/** `npm run bench -- SUITE [--json]`: runs `bench/SUITE.ts`. */
import { readdirSync } from 'node:fs';

const suites = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts' && file !== 'measure.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .toSorted();

const suite = process.argv[2] ?? '';
if (suites.includes(suite)) {
  await import(`./${suite}.ts`);
} else {
  console.error(`usage: npm run bench -- SUITE [--json], where SUITE is one of: ${suites.join(', ')}`);
  process.exitCode = 2;
}
