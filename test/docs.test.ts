/** What the pages tell to type: every command of pipe in them is one, with options that it takes. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => pageAt(name))]
  .map((page) => ({ page, commands: commandsIn(readFileSync(join(root, page), 'utf8')) }))
  .filter(({ commands }) => commands.length > 0);
const programs = helpOf();
const helps = new Map<string, string>();

describe.each(pages)('$page', ({ commands }) => {
  it('names commands and options that there are', () => {
    expect(commands.flatMap(faultsOf)).toEqual([]);
  });
});

it('finds the commands of pages, and what is wrong with them', () => {
  const page =
    '```sh\nnpx pipe runn x -e a # no\n```\nand `pipe gc --delet`, `pipe plan t -S a.b=1 --json`, a pipe is a pipe.';
  expect(commandsIn(page)).toEqual(['runn x -e a', 'gc --delet', 'plan t -S a.b=1 --json']);
  expect(commandsIn(page).flatMap(faultsOf)).toEqual([
    'pipe runn x -e a: no command runn',
    'pipe gc --delet: no option --delet',
  ]);
});

function pageAt(name: string): string[] {
  return name.endsWith('.md') ? [`docs/${name}`] : [];
}

/** In blocks and spans of code; without what a shell takes for itself. */
function commandsIn(page: string): string[] {
  const code = page
    .split(/^```.*$/m)
    .flatMap((part, index) =>
      index % 2 === 1 ? part.split('\n') : [...part.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span),
    );
  return code.flatMap((line) =>
    [...line.matchAll(/(?:^|[\s(])pipe ([a-z][^|#&;<>)]*)/g)].map(([, words = '']) => words.trim()),
  );
}

function faultsOf(command: string): string[] {
  const [name = '', ...words] = command.replaceAll(/'[^']*'|"[^"]*"/g, 'TEXT').split(/\s+/);
  if (!new RegExp(`^  ${name}\\b`, 'm').test(programs)) return [`pipe ${command}: no command ${name}`];
  const help = helps.get(name) ?? helpOf(name);
  helps.set(name, help);
  return words
    .map((word) => /^\[?(--?[a-zA-Z][a-z-]*)/.exec(word)?.[1])
    .filter((option) => option !== undefined)
    .filter((option) => !new RegExp(`(^|[\\s,])${option}(?![a-z-])`, 'm').test(help))
    .map((option) => `pipe ${command}: no option ${option}`);
}

function helpOf(...command: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, 'bin/pipe.js'), ...command, '--help'], {
    encoding: 'utf8',
  });
}
