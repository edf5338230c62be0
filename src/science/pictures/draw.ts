/**
 * Draws Vega-Lite specifications as SVG and PNG. Equal specifications give equal bytes: text is measured with and drawn
 * from one type face, as outlines.
 */
import sharp from 'sharp';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { lettersOf, typeface, type Letters } from '../image/letters.ts';
import { config, darkStyle, inks } from './theme.ts';

/** As the Vega-Lite documentation describes it, its data inside. */
export type Specification = Readonly<Record<string, unknown>>;

export interface Drawing {
  /** Follows the page's colour scheme; transparent. */
  readonly svg: string;
  /** On white, at twice the size. */
  readonly png: Buffer;
}

/** `title`: what a screen reader says. */
export async function draw(specification: Specification, title: string): Promise<Drawing> {
  const { spec } = compile({ ...specification, config } as unknown as TopLevelSpec, {
    logger: silent,
  });
  textMetrics.width = ({ fontWeight, fontSize = defaultSize }, text) =>
    lettersOf(weightOf(fontWeight)).width(String(text).trim(), fontSize);
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  const drawn = await view.toSVG();
  view.finalize();
  const svg = dress(compact(outlineText(drawn)), title);
  return { svg, png: await rasterize(svg) };
}

const defaultSize = 11; // px, Vega's

/** Vega asks this how wide a text is; its types leave it out. */
const { textMetrics } = vega as unknown as {
  readonly textMetrics: {
    width: (item: { readonly fontWeight?: unknown; readonly fontSize?: number }, text: unknown) => number;
  };
};

const weightOf = (weight: unknown): 'regular' | 'bold' =>
  weight === 'bold' || Number(weight) >= 600 ? 'bold' : 'regular';

const silentLogger = () => silent;
const silent = {
  level: silentLogger,
  error(...words: readonly unknown[]): typeof silent {
    throw new Error(words.join(' '));
  },
  warn: silentLogger,
  info: silentLogger,
  debug: silentLogger,
} as never;

const textElement = /<text ([^>]*)>(.*?)<\/text>/gs;

/** Vega writes one `text` element for each line of letters, with its place in `transform`. */
function outlineText(svg: string): string {
  return svg.replaceAll(textElement, (_, attributes: string, content: string) => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
    const size = Number.parseFloat(attribute('font-size') ?? String(defaultSize));
    const letters = lettersOf(weightOf(attribute('font-weight')));
    const anchor = attribute('text-anchor') ?? 'start';
    const kept = ['transform', 'fill', 'opacity', 'fill-opacity']
      .map((name) => [name, attribute(name)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}="${value}"`);
    const data = linesOf(content)
      .map(({ text, y }) => letters.outline(text, startOf(text, anchor, letters, size), y, size))
      .join('');
    return `<path ${kept.join(' ')} d="${data}"/>`;
  });
}

/** Several lines come as `tspan` elements, each so many px below the one before. */
function linesOf(content: string): { readonly text: string; readonly y: number }[] {
  if (!content.startsWith('<tspan')) return [{ text: decode(content), y: 0 }];
  let y = 0;
  return [...content.matchAll(/<tspan([^>]*)>(.*?)<\/tspan>/gs)].map(([, attributes = '', text = '']) => {
    y += Number(/dy="([^"]*)"/.exec(attributes)?.[1] ?? 0);
    return { text: decode(text), y };
  });
}

const startOf = (text: string, anchor: string, letters: Letters, size: number): number =>
  ({ middle: -letters.width(text, size) / 2, end: -letters.width(text, size) })[anchor] ?? 0;

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const encode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Hundredths of a px are enough; what is the same as without it is left out. */
function compact(svg: string): string {
  return svg
    .replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100 + 0))
    .replaceAll(/ (?:aria-[a-z]+|role|pointer-events)="[^"]*"| opacity="1"/g, '')
    .replaceAll(/(<path [^>]*fill="[^"]*") stroke-width="[\d.]+"((?: opacity="[\d.]+")?\/?>)/g, '$1$2');
}

/** A title for those who do not see it, colours for dark pages. */
function dress(svg: string, title: string): string {
  const [, opening = '', rest = ''] = /^(<svg[^>]*>)(.*)$/s.exec(svg) ?? [];
  const shown = opening.replace('class="marks"', 'role="img"');
  return `${shown}<title>${encode(title)}</title><metadata>${encode(typeface)}</metadata><style>${darkStyle}</style>${rest}\n`;
}

async function rasterize(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg.replace(/<style>.*?<\/style>/s, '')), { density: 144 })
    .flatten({ background: inks.paper })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}
