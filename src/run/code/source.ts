/** A file of ours as Node would read it. */
import { hash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

import { readPlainFile } from '../../config/plain-file.ts';
import type { Digest } from '../../graph/node.ts';
import { parseScript, type Parsed } from './parse.ts';
import { noReferences, referencesIn, type References } from './references.ts';
import { nothingOf, topLevelOf, wholeOf, type TopLevel } from './top-level.ts';

export type Format = 'module' | 'commonjs' | 'none' | 'json';

export interface Source extends References {
  /** Of its bytes. */
  readonly digest: Digest;
  readonly topLevel: TopLevel;
}

/** What is wrong with a source; where, if that is known: a line and a column from 1. */
export class SourceFault extends Error {
  readonly place: string;

  constructor(message: string, place = '') {
    super(message);
    this.place = place;
  }
}

/** Throws a `SourceFault`, or what the system says. */
export async function readSource(path: string, format: Format): Promise<Source> {
  const bytes = readPlainFile(path);
  const digest = hash('sha256', bytes, 'hex') as Digest;
  const name = `${digest}${format}${isTyped(path)}`;
  const source = bytes.toString('utf8').replace(/^\ufeff/, '');
  const known = read.get(name) ?? { digest, ...(await sourceFrom(source, isTyped(path), format)) };
  read.set(name, known);
  return known;
}

/** What a program can go without: all of it counts, and what it would load is not asked. */
export function brokenSource(path: string): Source {
  const bytes = readPlainFile(path);
  const text = bytes.toString('latin1');
  return { digest: hash('sha256', bytes, 'hex') as Digest, ...noReferences, topLevel: nothingOf(text) };
}

/** Stages have many modules in common. */
const read = new Map<string, Source>();

const isTyped = (path: string): boolean => /\.[cm]?ts$/.test(path);

async function sourceFrom(
  source: string,
  hasTypes: boolean,
  format: Format,
): Promise<Omit<Source, 'digest'>> {
  if (format === 'json') return { ...noReferences, topLevel: jsonOf(source) };
  const script = hasTypes ? withoutTypes(source) : source;
  return { ...(await referencesIn(script)), topLevel: topLevelIn(script, format) };
}

/** All of it but white space. */
function jsonOf(source: string): TopLevel {
  try {
    JSON.parse(source);
  } catch (error) {
    const { message } = error as Error;
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    throw new SourceFault(message, line === undefined ? '' : `${line}:${column}`);
  }
  return nothingOf(source.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1'));
}

/** What imports and exports nothing may be no ES module. */
function topLevelIn(script: string, format: Format): TopLevel {
  const asModule = format === 'commonjs' ? undefined : attempted(script, 'module');
  if (asModule?.program.body.some(({ type }) => /^(?:Import|Export)/.test(type)) === true)
    return topLevelOf(asModule);
  if (format === 'module') return wholeOf(asModule ?? parsed(script, 'module'));
  return wholeOf(attempted(script, 'commonjs') ?? asModule ?? parsed(script, 'module'));
}

function attempted(script: string, sourceType: 'module' | 'commonjs'): Parsed | undefined {
  try {
    return parseScript(script, sourceType);
  } catch {
    return undefined;
  }
}

function parsed(script: string, sourceType: 'module' | 'commonjs'): Parsed {
  try {
    return parseScript(script, sourceType);
  } catch (error) {
    const { message, loc } = error as Error & {
      readonly loc?: { readonly line: number; readonly column: number };
    };
    const place = loc === undefined ? '' : `${loc.line}:${loc.column + 1}`;
    throw new SourceFault(message.replace(/ \(\d+:\d+\)$/, ''), place);
  }
}

/** By Node itself: blanks stand where the types stood, so that places stay what they are. */
function withoutTypes(source: string): string {
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    const { message, code, stack = '' } = error as NodeJS.ErrnoException;
    // Node says the place in the stack alone: `:2`, the line, and signs below the part of it.
    const [, line] = /^:(\d+)\n/.exec(stack) ?? [];
    const [, blanks] = /\n( *)\^+\n/.exec(stack) ?? [];
    throw new SourceFault(
      code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
        ? `Node takes no such TypeScript: ${message}`
        : message.trim(),
      line === undefined || blanks === undefined ? '' : `${line}:${blanks.length + 1}`,
    );
  }
}
