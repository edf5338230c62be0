/** Text with references: `${data.root}/exif`. `$${` stands for `${` itself. */

export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  /** `start` and `end` are offsets of the whole `${...}` in the text. */
  | { readonly kind: 'reference'; readonly path: string; readonly start: number; readonly end: number };

export function parseTemplate(text: string): readonly TemplatePiece[] {
  if (!text.includes('${')) return text === '' ? [] : [{ kind: 'text', text }];
  const pieces: TemplatePiece[] = [];
  let literal = '';
  let at = 0;
  const flush = (): void => {
    if (literal !== '') pieces.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (const match of text.matchAll(/\$\$\{|\$\{([^{}]*)\}/g)) {
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[1] === undefined) literal += '${';
    else {
      flush();
      pieces.push({ kind: 'reference', path: match[1].trim(), start: match.index, end: at });
    }
  }
  literal += text.slice(at);
  flush();
  return pieces;
}

/** The path when the text is nothing but one reference. */
export function wholeReference(text: string): string | undefined {
  return /^\$\{([^{}]*)\}$/.exec(text)?.[1]?.trim();
}
