import { describe, expect, it } from 'vitest';
import { generatorName } from '../../../src/science/datasets/generators.ts';
import {
  areThePapers,
  inPaperOrder,
  paperGenerators,
  tableOne,
  tableThree,
  tableTwo,
  type PaperNumbers,
  type PaperTable,
} from '../../../src/science/paper/paper.ts';

/** Printed means that are not the means of what is printed, by table, method and metric. */
const slips = ['I LGrad acc', 'I Ours ap', 'II Ours auc'];

function badMeans(name: string, table: PaperTable): string[] {
  return Object.entries(table).flatMap(([method, row]) =>
    (Object.keys(row['mean'] as PaperNumbers) as (keyof PaperNumbers)[])
      .filter((metric) => {
        const sum = paperGenerators.reduce((all, generator) => all + (row[generator]?.[metric] as number), 0);
        return Math.abs(sum / 9 - (row['mean']?.[metric] as number)) > 0.0051;
      })
      .map((metric) => `${name} ${method} ${metric}`),
  );
}

describe("the paper's numbers", () => {
  it('have the means that are printed, but for the known slips', () => {
    expect([...badMeans('I', tableOne), ...badMeans('II', tableTwo)]).toEqual(slips);
  });

  it('agree between Tables I and III', () => {
    expect(tableThree.both).toEqual(tableOne['Ours']?.['mean']);
  });

  it('use the names that folders of generators are given', () => {
    expect(paperGenerators.map(generatorName)).toEqual(paperGenerators);
  });

  it('order generators as the paper does, others after them', () => {
    expect(inPaperOrder(['b', 'SDXL', 'a', 'StyleGAN2'])).toEqual(['StyleGAN2', 'SDXL', 'a', 'b']);
  });

  it('are comparable with a mean over exactly the nine', () => {
    expect(areThePapers(paperGenerators.toReversed())).toBe(true);
    expect(areThePapers(paperGenerators.slice(1))).toBe(false);
    expect(areThePapers([...paperGenerators, 'other'])).toBe(false);
  });
});
