/** Text as outlines of one type face, so that a picture looks the same on machines with and without fonts. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
// The type face's version belongs to the code of whatever draws with it.
import typefacePackage from '@fontsource/source-sans-3/package.json' with { type: 'json' };
// oxlint-disable-next-line import/default -- The package is CommonJS: all it exports is in the default.
import opentype, { type Font, type PathCommand } from 'opentype.js';

/** Widths and outlines of one weight. */
export interface Letters {
  /** px, at `size` px. */
  width(text: string, size: number): number;
  /** The path data of `text`, its first letter at (x, y) on the base line. */
  outline(text: string, x: number, y: number, size: number): string;
}

/** Source Sans 3 (Adobe, SIL Open Font License), Latin. Characters it lacks become hollow boxes. */
export function lettersOf(weight: 'regular' | 'bold'): Letters {
  return (loaded[weight] ??= load(weight === 'bold' ? 600 : 400));
}

export const typeface = `Source Sans 3 (SIL Open Font License), @fontsource/source-sans-3 ${typefacePackage.version}`;

const loaded: { regular?: Letters; bold?: Letters } = {};

function load(weight: number): Letters {
  const file = createRequire(import.meta.url).resolve(
    `@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff`,
  );
  const bytes = readFileSync(file);
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return {
    width: (text, size) => placed(font, text, size).end,
    outline: (text, x, y, size) =>
      placed(font, text, size)
        .glyphs.map(({ glyph, at }) => pathData(glyph.getPath(x + at, y, size).commands))
        .join(''),
  };
}

/** Letter after letter, kerned. The package's own layout does not know all rules of this type face. */
function placed(font: Font, text: string, size: number) {
  const scale = size / font.unitsPerEm;
  const letters = Array.from(text, (character) => font.charToGlyph(character));
  let end = 0;
  const glyphs = letters.map((glyph, place) => {
    const next = letters[place + 1];
    const at = end;
    const kerning = next === undefined ? 0 : font.getKerningValue(glyph, next);
    end += ((glyph.advanceWidth ?? 0) + kerning) * scale;
    return { glyph, at };
  });
  return { glyphs, end };
}

/** With hundredths of a px. */
function pathData(commands: readonly PathCommand[]): string {
  return commands
    .map((command) => {
      if (command.type === 'Z') return 'Z';
      const { x, y } = command;
      const bends = command.type === 'C' ? [command.x1, command.y1, command.x2, command.y2] : [];
      const bend = command.type === 'Q' ? [command.x1, command.y1] : bends;
      return command.type + [...bend, x, y].map(hundredths).join(' ');
    })
    .join('');
}

const hundredths = (value: number): string => String(Math.round(value * 100) / 100 + 0);
