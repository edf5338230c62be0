/** `figures.md`: all pictures of an experiment with what they show. */
import { simulatedWarning } from '../tables/simulated.ts';

export interface Figure {
  /** Of its files: `roc` has `roc.svg`, `roc.png` and `roc.vl.json`. */
  readonly name: string;
  readonly title: string;
  /** What it shows, for those who see it and, as far as words go, for those who do not. */
  readonly caption: string;
  /** Charts have a specification; sheets are pixels. */
  readonly kind: 'chart' | 'sheet';
}

export function figuresPage(figures: readonly Figure[], simulated: boolean): string {
  const parts = [
    `# ${simulated ? 'Simulated: pictures' : 'Pictures'}`,
    ...(simulated ? [`**${simulatedWarning}**`] : []),
    ...figures.flatMap(({ name, title, caption, kind }) => [
      `## ${title}`,
      `![${plain(title)}](${name}.${kind === 'chart' ? 'svg' : 'png'})`,
      caption,
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The files with their meaning, for programs. */
export function figuresList(figures: readonly Figure[], simulated: boolean): string {
  const list = figures.map(({ name, title, caption, kind }) => ({
    name,
    title,
    caption,
    files: kind === 'chart' ? [`${name}.svg`, `${name}.png`, `${name}.vl.json`] : [`${name}.png`],
  }));
  return `${JSON.stringify({ simulated, figures: list }, null, 1)}\n`;
}

const plain = (text: string): string => text.replaceAll(/[[\]\\]/g, '');
