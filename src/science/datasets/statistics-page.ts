/** The statistics of photographs as Markdown. */
import { markdownTable } from 'markdown-table';
import { tagWords } from '../exif/tag-words.ts';
import { tagNames, type TagName } from '../exif/tags.ts';
import { quantileShares, type PhotoStatistics } from './photo-statistics.ts';

export function statisticsPage({ photos, tags, cameras, licences, excluded }: PhotoStatistics): string {
  const table = [
    ['', ...quantileShares.map((share) => `${share * 100} %`), 'distinct', 'tied pairs', 'most frequent'],
    ...tagNames.map((name) => {
      const { quantiles, distinct, ties, common } = tags[name];
      const frequent = common.map(({ value, count }) => `${shown(name, value)} (${count})`).join(', ');
      return [
        words[name],
        ...quantiles.map((value) => shown(name, value)),
        String(distinct),
        `${(100 * ties).toFixed(1)} %`,
        frequent,
      ];
    }),
  ];
  const align = ['l', ...quantileShares.map(() => 'r'), 'r', 'r', 'l'];
  return [
    `${photos} photographs.`,
    markdownTable(table, { align }),
    ...listed('Cameras', cameras, 'no camera named'),
    ...(licences.some(({ name }) => name !== null) ? listed('Licences', licences, 'no licence named') : []),
    ...(excluded.length > 0 ? listed('Left out', excluded, '') : []),
  ]
    .join('\n\n')
    .concat('\n');
}

const words: Readonly<Record<TagName, string>> = {
  ...tagWords,
  exposureTime: `${tagWords.exposureTime}, s`,
  focalLength: `${tagWords.focalLength}, mm`,
};

const longestList = 20;

function listed(title: string, counts: PhotoStatistics['cameras'], none: string): string[] {
  const items = counts.slice(0, longestList).map(({ name, count }) => `${name ?? none} ${count}`);
  const rest = counts.length - items.length;
  return [`${title}: ${items.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`];
}

/** As photographers write it: f/2.8, 1/60, 50, 200. */
function shown(name: TagName, value: number): string {
  const plain = String(Number(value.toPrecision(3)));
  if (name === 'aperture') return `f/${plain}`;
  return name === 'exposureTime' && value < 0.3 ? `1/${Math.round(1 / value)}` : plain;
}
