/** A file of ours as Node would read it. */
import { hash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

import { parse, type Program } from 'acorn';
import { transform, type Message } from 'esbuild';

import { readPlainFile } from '../../config/plain-file.ts';
import type { Digest } from '../../graph/node.ts';
import { noReferences, referencesIn, type References } from './references.ts';
import { topLevelOf, wholeOf, type TopLevel } from './top-level.ts';

export interface Source extends References {
  /** Of its bytes. */
  readonly digest: Digest;
  readonly topLevel: TopLevel;
}

/** What is wrong with a source, and where: a line from 1, a column from 0, of the text that a person wrote where `isExact`. */
export class SourceFault extends Error {
  readonly line: number | undefined;
  readonly column: number;

  constructor(message: string, at?: { readonly line: number; readonly column: number }) {
    super(message);
    this.line = at?.line;
    this.column = at?.column ?? 0;
  }
}

/** `isModule`: whether it may be an ES module, by its name and its `package.json`. Throws a `SourceFault`, or what the system says. */
export async function readSource(path: string, isModule: boolean): Promise<Source> {
  const bytes = readPlainFile(path);
  const digest = hash('sha256', bytes, 'hex') as Digest;
  const name = `${digest}${isModule}${/\.\w*$/.exec(path)?.[0] ?? ''}`;
  const known = read.get(name) ?? { digest, ...(await sourceFrom(bytes.toString('utf8'), path, isModule)) };
  read.set(name, known);
  return known;
}

/** Stages have many modules in common. */
const read = new Map<string, Source>();

async function sourceFrom(source: string, path: string, isModule: boolean): Promise<Omit<Source, 'digest'>> {
  if (path.endsWith('.json')) return { ...noReferences, topLevel: jsonOf(source) };
  const { text, script } = await withoutTypes(source, path);
  return { ...(await referencesIn(script)), topLevel: parsed(text, isModule) };
}

/** In its text everything counts but white space. */
function jsonOf(source: string): TopLevel {
  try {
    const text = JSON.stringify(JSON.parse(source.replace(/^\ufeff/, '')));
    return wholeOf(parse('', { ecmaVersion: 'latest' }), text);
  } catch (error) {
    const { message } = error as Error;
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    throw new SourceFault(
      message,
      line === undefined ? undefined : { line: Number(line), column: Number(column) - 1 },
    );
  }
}

/** What imports and exports nothing may be no ES module. */
function parsed(text: string, isModule: boolean): TopLevel {
  const program = isModule ? programOf(text, 'module') : undefined;
  if (program?.body.some(({ type }) => /^(?:Import|Export)/.test(type)) === true) {
    const topLevel = topLevelOf(program, text);
    return topLevel.evaluates
      ? { ...topLevel, statements: topLevel.statements.map((each) => ({ ...each, acts: true })) }
      : topLevel;
  }
  return wholeOf(program ?? programOf(text, 'script') ?? programFrom(text, 'module'), text);
}

function programOf(text: string, sourceType: 'module' | 'script'): Program | undefined {
  try {
    return programFrom(text, sourceType);
  } catch {
    return undefined;
  }
}

function programFrom(text: string, sourceType: 'module' | 'script'): Program {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType,
      allowReturnOutsideFunction: sourceType === 'script',
    });
  } catch (error) {
    throw new SourceFault((error as Error).message.replace(/ \(\d+:\d+\)$/, ''));
  }
}

/**
 * `text`: without types, comments and white space; `script`: without types. As Node reads it: an import that is not said to be of a
 * type alone is one. In what it takes for TypeScript itself, esbuild would let it be a type.
 */
async function withoutTypes(
  source: string,
  path: string,
): Promise<{ readonly text: string; readonly script: string }> {
  const isTyped = /\.[cm]?ts$/.test(path);
  const options = {
    loader: isTyped ? ('ts' as const) : ('js' as const),
    target: 'esnext',
    charset: 'utf8' as const,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  };
  try {
    const { code: text } = await transform(source, {
      ...options,
      minifyWhitespace: true,
      legalComments: 'none',
      treeShaking: false,
    });
    if (isTyped && notForNode.test(source)) refuseOtherTypeScript(source);
    return { text, script: text };
  } catch (error) {
    throw error instanceof SourceFault ? error : faultFrom(error);
  }
}

function faultFrom(error: unknown): SourceFault {
  const [first] = (error as { errors?: readonly Message[] }).errors ?? [];
  if (first === undefined) return new SourceFault(error instanceof Error ? error.message : String(error));
  return new SourceFault(first.text, first.location ?? undefined);
}

/** Of what Node refuses, a part that nothing uses would be in no text. */
function refuseOtherTypeScript(source: string): void {
  try {
    stripTypeScriptTypes(source);
  } catch (error) {
    throw new SourceFault(`Node takes no such TypeScript: ${(error as Error).message}`);
  }
}

/** Whether it may hold what is more than types: `enum`, `namespace`, `constructor(private x)`, `import x = `, `<T>x`. */
const notForNode =
  /\b(?:enum|namespace|module)\s+["'\w$]|\bconstructor\s*\([^)]*\b(?:private|protected|public|readonly|override)\b|\b(?:import\s+(?:type\s+)?[\w$]+|export)\s*=|(?:[=(,:?[{;&|!]|=>|\breturn|\bawait)\s*<\s*[\w{[]/;
