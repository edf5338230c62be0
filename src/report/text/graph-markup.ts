/** Labels in the languages of graphs. */
import { visible } from './visible.ts';

/** For Mermaid, in quotes: all but plain letters by their numbers, since it reads Markdown and HTML inside of them. */
export const mermaidText = (text: string): string =>
  `"${visible(text).replaceAll(/[^\p{L}\p{N} .,:=/()_[\]-]/gu, (character) => `#${character.codePointAt(0)};`)}"`;

/** For Graphviz, in quotes. It reads entities of HTML inside of them. */
export const dotText = (text: string): string =>
  `"${visible(text).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
