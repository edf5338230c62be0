/** A stage's Markdown as HTML, its pictures inside. Raw HTML in it is shown as text, but for what our own tables have; links and pictures from elsewhere are not loaded. */
import { posix } from 'node:path';

import { Marked, type Tokens } from 'marked';

import { readPlainFile } from '../../config/plain-file.ts';
import { fileInside } from '../../store/confined-path.ts';
import { html, htmlText } from '../text/html.ts';
import { visibleLines } from '../text/visible.ts';

const types: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};

/** What the tables' own Markdown has: the second best, and what keeps words from being mentions and formulas. */
const ours = /^(<\/?(ins|span)>|<!-- -->)$/;

/** `folder` holds the pictures that the text names; `name` tells its tables from those of other pages. Headings go two levels down: the page has its own above them. */
export async function markdownPage(text: string, folder: string, name: string): Promise<string> {
  const pictures = new Map<string, string>();
  let tables = 0;
  let heading = 'table';
  const marked = new Marked({
    gfm: true,
    async: true,
    walkTokens(token) {
      if (token.type !== 'image') return;
      const { href } = token as Tokens.Image;
      const data = pictureData(folder, href);
      if (data !== undefined) pictures.set(href, data);
    },
    renderer: {
      html: ({ text }) => (ours.test(text) ? text : html`${text}`.text),
      image({ href, text }) {
        const data = pictures.get(href);
        return data === undefined
          ? html`<em>${text}</em>`.text
          : html`<img src="${data}" alt="${text}" class="picture" />`.text;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        return /^(https?:|#)/.test(href) ? `<a href="${htmlText(href)}">${words}</a>` : words;
      },
      heading({ tokens, depth }) {
        const level = Math.min(6, depth + 2);
        heading = this.parser.parseInline(tokens).replaceAll(/<[^>]*>/g, '');
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
      },
      table({ header, rows, align }) {
        const cells = (tag: string, row: readonly Tokens.TableCell[]): string =>
          row
            .map((cell, at) => {
              const side = align[at] === 'right' ? ' class="number"' : '';
              const name = tag === 'th' && cell.tokens.length > 0 ? ' scope="col"' : '';
              const kind = name === '' ? 'td' : tag;
              return `<${kind}${name}${side}>${this.parser.parseInline(cell.tokens)}</${kind}>`;
            })
            .join('');
        const head = `<tr>${cells('th', header)}</tr>`;
        const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
        return `<div class="scroll" tabindex="0" role="region" aria-label="${html`${name}`.text}, table ${++tables}: ${heading}"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(visibleLines(text));
}

/** Only files inside the artifact. */
function pictureData(folder: string, href: string): string | undefined {
  const type = types[posix.extname(href).toLowerCase()];
  const place = type === undefined ? undefined : fileInside(folder, posix.normalize(href));
  const bytes = place === undefined ? undefined : readPlainFile(place);
  return bytes === undefined ? undefined : `data:${type};base64,${bytes.toString('base64')}`;
}
