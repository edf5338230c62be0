import { describe, expect, it } from 'vitest';
import { photoStatistics } from '../../../src/science/datasets/photo-statistics.ts';
import { statisticsPage } from '../../../src/science/datasets/statistics-page.ts';

const photo = (i: number, iso: number, camera: string | null) => ({
  id: `${i}.jpg`,
  width: 20,
  height: 20,
  camera,
  tags: { aperture: 2.8, exposureTime: 1 / (i + 2), focalLength: 50 + i, iso },
});
const statistics = photoStatistics({
  photos: [photo(0, 100, 'A'), photo(1, 100, 'B'), photo(2, 400, 'B'), photo(3, 200, null)],
  excluded: [
    { id: 'x', code: 'TAG_MISSING', reason: 'lacks iso (absent)' },
    { id: 'y', code: 'TAG_MISSING', reason: 'lacks iso (absent)' },
  ],
});

describe('photoStatistics', () => {
  it('has the spread of each tag', () => {
    const { iso, aperture, focalLength } = statistics.tags;
    expect([iso.quantiles[0], iso.quantiles.at(-1)]).toEqual([100, 400]);
    expect(iso.distinct).toBe(3);
    expect(iso.common[0]).toEqual({ value: 100, count: 2 });
    expect(focalLength.quantiles).toEqual([50, 50, 51, 52, 52, 53, 53]);
    expect(aperture.distinct).toBe(1);
  });

  it('has the share of pairs that no order can be learnt from', () => {
    const { iso, aperture, exposureTime } = statistics.tags;
    expect([iso.ties, aperture.ties, exposureTime.ties]).toEqual([1 / 6, 1, 0]);
  });

  it('has the cameras, the most frequent first, and what was left out', () => {
    expect(statistics.cameras).toEqual([
      { name: 'B', count: 2 },
      { name: 'A', count: 1 },
      { name: null, count: 1 },
    ]);
    expect(statistics.excluded).toEqual([{ name: 'TAG_MISSING', count: 2 }]);
  });
});

describe('statisticsPage', () => {
  it('writes values as photographers do', () => {
    const page = statisticsPage(statistics);
    for (const words of [
      '4 photographs.',
      'f/2.8 (4)',
      '1/5',
      'B 2, A 1, no camera named 1',
      'TAG_MISSING 2',
    ])
      expect(page).toContain(words);
    expect(page).not.toContain('Licences');
  });
});
