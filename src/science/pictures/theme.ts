/**
 * How the pictures look. Colours are from Okabe and Ito's set for all kinds of sight, those of it that have a contrast
 * of 3 to 1 on white and on a dark page; whatever a colour tells, a shape, a place or a word tells too.
 */

/** Ink and lines; each has a counterpart for dark pages. */
export const inks = {
  text: '#1f2328',
  faint: '#59636e',
  line: '#d1d9e0',
  paper: '#ffffff',
} as const;

const darkInks: Readonly<Record<keyof typeof inks, string>> = {
  text: '#e6edf3',
  faint: '#9da7b1',
  line: '#3d444d',
  paper: '#0d1117',
};

export const colours = {
  /** Of the camera; the paper's Fig. 5 has it red. */
  photographic: '#d55e00',
  /** Of a generator; blue there. */
  generated: '#0072b2',
  first: '#0072b2',
  second: '#d55e00',
  third: '#009e73',
  fourth: '#cc79a7',
} as const;

/** Brighter on dark pages, the same hues. */
const darkColours: Readonly<Record<string, string>> = {
  '#0072b2': '#56b4e9',
  '#d55e00': '#ff8a3d',
  '#009e73': '#2fc597',
  '#cc79a7': '#e39bc4',
};

const onDark: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(inks).map(([name, ink]) => [ink, darkInks[name as keyof typeof inks]]),
  ),
  ...darkColours,
};

/** Turns the inks over on a dark screen, and leaves print as it is. */
export const darkStyle = `@media screen and (prefers-color-scheme: dark) {${Object.entries(onDark)
  .flatMap(([light, dark]) => ['fill', 'stroke'].map((part) => `[${part}="${light}"]{${part}:${dark}}`))
  .join('')}}`;

const label = { labelColor: inks.faint, labelFontSize: 12 };
const title = { titleColor: inks.text, titleFontSize: 13, titleFontWeight: 'normal' };

/** The `config` of every Vega-Lite specification. */
export const config = {
  aria: false,
  background: null,
  font: 'Source Sans 3',
  padding: 8,
  view: { stroke: inks.line },
  title: {
    anchor: 'start',
    color: inks.text,
    fontSize: 16,
    fontWeight: 'bold',
    subtitleColor: inks.faint,
    subtitleFontSize: 13,
    subtitlePadding: 4,
    offset: 12,
  },
  axis: {
    ...label,
    ...title,
    gridColor: inks.line,
    domainColor: inks.faint,
    tickColor: inks.faint,
    titlePadding: 8,
  },
  legend: { ...label, ...title, orient: 'top', symbolOpacity: 1, labelFontSize: 13 },
  header: {
    ...label,
    labelColor: inks.text,
    labelFontSize: 13,
    labelFontWeight: 'bold',
    titleColor: inks.text,
  },
} as const;
