/** What a module names without importing it: files by `new URL('./x', import.meta.url)`, modules by `createRequire` and `resolve`. */
import { transform } from 'esbuild';

export interface Reference {
  readonly specifier: string;
  readonly how: 'url' | 'worker' | 'import-resolve' | 'require-resolve' | 'require';
}

export interface References {
  readonly references: readonly Reference[];
  /** Whether it asks where it lies itself, other than for these. */
  readonly asksWhere: boolean;
}

export const noReferences: References = { references: [], asksWhere: false };

/**
 * Read from the text of a script without comments, its constants folded: `'./' + 'x'` is `"./x"` there. A reference that is put together while the
 * program runs cannot be seen.
 */
export async function referencesIn(source: string): Promise<References> {
  if (!/import\.meta|createRequire|require\.resolve|__(?:file|dir)name|\bmodule\b|\bregister\b/.test(source))
    return noReferences;
  const code = await folded(source);
  // It is newer than what folds it, and may ask for anything.
  if (code === undefined) return { references: [], asksWhere: true };
  const references: Reference[] = [];
  let rest = code;
  for (const { how, pattern } of patternsFor(code)) {
    for (const { groups } of rest.matchAll(pattern))
      references.push({ how, specifier: unquoted(groups?.['text'] ?? '') });
    rest = rest.replaceAll(pattern, '');
  }
  return {
    references,
    asksWhere: asksWhere(code.replaceAll(requireMade, '')),
  };
}

async function folded(source: string): Promise<string | undefined> {
  const options = { minifyWhitespace: true, minifySyntax: true, legalComments: 'none' } as const;
  const common = { target: 'esnext', charset: 'utf8', tsconfigRaw: {} } as const;
  return transform(source, { ...options, ...common }).then(
    ({ code }) => code,
    () => undefined,
  );
}

const asksWhere = (code: string): boolean =>
  /import\.meta(?!\.main\b)|\b__(?:file|dir)name\b|\bmodule\.(?:filename|path|paths|id)\b/.test(code);

const text = String.raw`(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|` + '`(?:[^`\\\\$]|\\\\.)*`)';
const url = String.raw`new (?:[\w$]+\.)*URL\(${text},import\.meta\.url\)`;
const made = String.raw`(?:[\w$]+\.)*createRequire\(import\.meta\.(?:url|filename)\)`;
const requireMade = new RegExp(made, 'g');

function* patternsFor(code: string): Iterable<{ readonly how: Reference['how']; readonly pattern: RegExp }> {
  yield { how: 'worker', pattern: new RegExp(String.raw`new (?:[\w$]+\.)*Worker\(${url}`, 'g') };
  yield { how: 'url', pattern: new RegExp(url, 'g') };
  // Hooks of the loader are named like modules that are imported.
  yield {
    how: 'import-resolve',
    pattern: new RegExp(
      String.raw`(?<![\w$])register\(${text},(?:import\.meta\.url|\{parentURL:import\.meta\.url)`,
      'g',
    ),
  };
  yield { how: 'import-resolve', pattern: new RegExp(String.raw`import\.meta\.resolve\(${text}\)`, 'g') };
  // `createRequire` may have another name here, and what it makes has one.
  const named = [...code.matchAll(/\bcreateRequire as ([\w$]+)/g)].map(([, name = '']) => name);
  const makers = [
    made,
    ...named.map((name) => String.raw`${escaped(name)}\(import\.meta\.(?:url|filename)\)`),
  ];
  const makes = new RegExp(String.raw`([\w$]+)=(?:${makers.join('|')})`, 'g');
  const callers = [...code.matchAll(makes)].map(([, name = '']) => String.raw`(?<![\w$.])${escaped(name)}`);
  for (const caller of [...makers, ...callers]) {
    yield { how: 'require', pattern: new RegExp(String.raw`${caller}\(${text}\)`, 'g') };
    yield { how: 'require-resolve', pattern: new RegExp(String.raw`${caller}\.resolve\(${text}`, 'g') };
  }
  // That of a CommonJS module; `top-level.ts` knows what it loads, and not what it is asked for the place of.
  yield {
    how: 'require-resolve',
    pattern: new RegExp(String.raw`(?<![\w$.])require\.resolve\(${text}`, 'g'),
  };
}

const escaped = (name: string): string => name.replaceAll('$', String.raw`\$`);

/** The value of a string as esbuild writes it. */
function unquoted(literal: string): string {
  const inner = literal
    .slice(1, -1)
    .replaceAll(/\\(u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|.)/gi, (_, code: string) => {
      if (/^[ux]./.test(code))
        return String.fromCodePoint(Number.parseInt(code.replaceAll(/[ux{}]/g, ''), 16));
      return { n: '\n', t: '\t', r: '\r' }[code] ?? code;
    });
  return inner;
}
