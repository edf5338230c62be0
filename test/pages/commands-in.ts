/** The commands that a page tells to type. */

export interface PageCommand {
  readonly page: string;
  readonly text: string;
  /** The lines shown below it, where it stands in a block `console`. */
  readonly shown: readonly string[];
}

const typed = /^(npx|pipe|node) \S|^npm (run|test|ci|install)\b/;

/** In blocks of a shell, after `$ ` in those of a console, as a step of YAML, and in spans of code. */
export function commandsIn(page: string, markdown: string): readonly PageCommand[] {
  const parts = markdown.split(/^```(.*)\n/m);
  const found: PageCommand[] = [];
  for (const [at, part] of parts.entries()) {
    if (at % 4 === 0) found.push(...spansIn(part).map((text) => ({ page, text, shown: [] })));
    if (at % 4 === 2)
      found.push(...blockOf(parts[at - 1] as string, part).map((each) => ({ page, ...each })));
  }
  return found;
}

function spansIn(prose: string): readonly string[] {
  return [...prose.matchAll(/`([^`]+)`/g)]
    .map(([, span = '']) => span.replaceAll(/\s+/g, ' ').replaceAll(String.raw`\|`, '|'))
    .filter((span) => typed.test(span));
}

function blockOf(language: string, block: string): readonly Omit<PageCommand, 'page'>[] {
  const lines = block.trimEnd().split('\n');
  if (['sh', 'bash'].includes(language))
    return lines.map(withoutComment).flatMap((text) => (text === '' ? [] : [{ text, shown: [] }]));
  if (language === 'yaml')
    return lines.flatMap((line) => {
      const [, text = ''] = /^\s*- (.*)$/.exec(line) ?? [];
      return typed.test(text) ? [{ text, shown: [] }] : [];
    });
  if (language !== 'console') return [];
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((each) => {
      const [text = '', ...shown] = each.trimEnd().split('\n');
      return { text: withoutComment(text), shown };
    });
}

/** A hash that begins a word begins a comment; the pages have none inside of quotes. */
function withoutComment(line: string): string {
  return line.replace(/(^|\s+)#\s.*$/, '').trim();
}
