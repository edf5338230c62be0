import { describe, expect, it } from 'vitest';
import { generatorName } from '../../../../src/science/datasets/generators.ts';
import { families } from '../../../../src/science/camera/generators/families.ts';
import { paperGenerators } from '../../../../src/science/paper/paper.ts';
import { simulateGeneratedFace } from '../../../../src/science/camera/generators/generated.ts';

const [first] = families as readonly [(typeof families)[number]];

describe('the families of imitated generators', () => {
  it('are the nine of the paper, each with the folder of its data', () => {
    const names = families.map(({ folder }) => generatorName(folder));
    expect(names).toEqual(paperGenerators);
  });

  it.each(families.map((family) => [family.folder, family] as const))(
    '%s makes the same face for the same number',
    (_, family) => {
      const face = simulateGeneratedFace(1, family, 'test', 3, 32);
      expect(simulateGeneratedFace(1, family, 'test', 3, 32)).toEqual(face);
      expect(face.image).toHaveLength(32 * 32 * 3);
      expect(new Set(face.image).size).toBeGreaterThan(30);
      expect(face.quality).toBeGreaterThanOrEqual(92);
    },
  );

  it('make other faces for another seed, split, number or family', () => {
    const image = simulateGeneratedFace(1, first, 'test', 3, 32).image;
    expect(simulateGeneratedFace(2, first, 'test', 3, 32).image).not.toEqual(image);
    expect(simulateGeneratedFace(1, first, 'validation', 3, 32).image).not.toEqual(image);
    expect(simulateGeneratedFace(1, first, 'test', 4, 32).image).not.toEqual(image);
    expect(simulateGeneratedFace(1, families[1] as typeof first, 'test', 3, 32).image).not.toEqual(image);
  });
});
