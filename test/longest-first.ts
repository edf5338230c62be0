/** The order of the files of tests: one that takes a minute, begun last, would keep one core waiting for it. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where commands are run by the dozen, the longest first; files elsewhere take seconds. */
const longest = [
  '/test/pages/commands.',
  '/test/e2e/ablations.',
  '/test/e2e/',
  '/test/cli/',
  '/test/stages/',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // In places of equal rank the larger come first, or those that took longer the last time.
    // oxlint-disable-next-line unicorn/no-array-sort -- the method that this one takes the place of.
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = longest.findIndex((part) => moduleId.includes(part));
  return found === -1 ? longest.length : found;
}
