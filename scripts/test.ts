/**
 * `npm test`: generated types, format, lint, types, dead exports, then every test. All of them run even when one
 * fails. The last line counts them: `N passed, N failed`, each check as one and each test as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

function run(command: readonly string[]): boolean {
  const [program, ...args] = command as [string, ...string[]];
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` },
  });
  if (error !== undefined) console.error(`${program}: ${error.message}`);
  return status === 0;
}

for (const [name, ...command] of checks) {
  const passed = run(command);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
  tally[passed ? 'passed' : 'failed']++;
}

const results = join(scratch, 'results.json');
const ended = run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]);
const counted = readCounts(results);
tally.passed += counted.passed;
tally.failed += counted.failed;
if (!ended && counted.failed === 0) tally.failed++;
rmSync(scratch, { recursive: true, force: true });

console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function readCounts(file: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Record<string, number>;
    return {
      passed: numPassedTests ?? 0,
      failed: (numFailedTests ?? 0) + ((numTotalTests ?? 0) === 0 ? 1 : 0),
    };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
