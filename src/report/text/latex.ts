/** Texts for LaTeX: no command, no argument of the command before, no end of the comment or cell that they stand in. */
import { joined } from './visible.ts';

const specials: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/** `\\` of a row above takes a star or a bracket at the start of the next row for its own. */
export function latexText(text: string): string {
  return joined(text)
    .replaceAll(/[\\{}$&#%_~^±<>|]/g, (character) => specials[character] ?? `\\${character}`)
    .replaceAll(/-(?=-)/g, '-{}')
    .replaceAll(' \\%', '~\\%')
    .replace(/^\s*[[*]/, '{}$&');
}

/** A line that LaTeX passes over. */
export const latexComment = (text: string): string => `% ${joined(text)}`;
