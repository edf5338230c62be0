/** What GitHub makes of Markdown, by a parser that the product does not use, and what it would then look for in the text. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

import { elementsOf, textNodesOf } from './parsed-html.ts';

export interface Rendered {
  readonly elements: readonly string[];
  /** White space made one. */
  readonly text: string;
  /** Whatever would mention, refer, link, run or draw. */
  readonly active: readonly string[];
}

const sought: readonly RegExp[] = [
  /@\w/,
  /[#!&]\d/,
  /[~%]["\w]/,
  /\bgh-\d/i,
  /\b[A-Z]{2,}-\d/,
  /\w:\/\//,
  /\bwww\.\w/i,
  /:[\w+-]+:/,
  /\[\[|\[\w+:\d/,
  /[{[][+-]/,
  /\*iteration:/i,
  /\b(?=[0-9]*[a-f])[0-9a-f]{7,40}\b|\b\d{40}\b/i,
  /\$.|.\$/s,
];

/** Orders to GitLab are looked for in the lines as they are written. */
const orders = /^\/\w/gm;

export function rendered(markdown: string): Rendered {
  const page = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  const texts = textNodesOf(page);
  return {
    elements: elementsOf(page),
    text: oneBlank(texts.map(({ text }) => text).join('')),
    active: [
      ...texts.flatMap(({ text, within }) =>
        within.includes('code') ? [] : sought.flatMap((pattern) => pattern.exec(text)?.[0] ?? []),
      ),
      ...(markdown.match(orders) ?? []),
    ],
  };
}

export const oneBlank = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
