/**
 * `npm test`: generated types, format, lint, types, dead exports, all beside each other, then every test. All of them run
 * even when one fails. The last line counts them: `N passed, N failed`, each check as one and each test as one. Tests that
 * were left out (test/needs.ts) are named before it with what they need, and counted in it: `N passed, N failed, N skipped`.
 * Before that come the files of tests that took longest.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa, type Options } from 'execa';
import pLimit from 'p-limit';

const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ['generated types are in step', process.execPath, 'scripts/generate-types.ts', '--check'],
  ['WebAssembly is in step', process.execPath, 'scripts/assemble.ts', '--check'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['type check', 'tsc'],
  ['dead code', 'knip'],
];

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'pipe-test-'));
const tally = { passed: 0, failed: 0 };

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly meta: { readonly needs?: string };
    }[];
  }[];
}

const local = { cwd: root, preferLocal: true, localDir: root, reject: false } as const satisfies Options;

const atOnce = pLimit(availableParallelism());
await Promise.all(
  checks.map(([name, program, ...args]) =>
    atOnce(async () => {
      const { failed, all, shortMessage } = await execa(program as string, args, { ...local, all: true });
      if (failed || all !== '') console.log(all || shortMessage);
      console.log(`${failed ? 'FAILED' : 'ok    '} ${name}`);
      tally[failed ? 'failed' : 'passed']++;
    }),
  ),
);

const file = join(scratch, 'results.json');
const reporters = ['default', 'json', './scripts/slowest-files.ts'].map((name) => `--reporter=${name}`);
const ended = await execa('vitest', ['run', ...reporters, `--outputFile.json=${file}`], {
  ...local,
  stdio: 'inherit',
});
const tests = readTests();
tally.passed += tests.filter(({ status }) => status === 'passed').length;
const failed = tests.filter(({ status }) => status === 'failed').length;
// Vitest fails for a file that does not load, too, and for an error between tests.
tally.failed += ended.failed ? Math.max(failed, 1) : failed;
rmSync(scratch, { recursive: true, force: true });

const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { fullName, meta } of skipped)
  console.log(`skipped ${fullName} (${meta.needs === undefined ? 'not reached' : `needs ${meta.needs}`})`);
const rest = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
console.log(`${tally.passed} passed, ${tally.failed} failed${rest}`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function readTests(): Results['testResults'][number]['assertionResults'] {
  try {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Results;
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch {
    return [];
  }
}
