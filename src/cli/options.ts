/** The options of the commands, each described once. */
import { availableParallelism } from 'node:os';

import { InvalidArgumentError, Option, type Command } from 'commander';

import { tableFormats } from '../report/tables/formats.ts';
import { parseBytes } from '../bytes.ts';

/** What says which configuration is meant. */
export interface ConfigurationOptions {
  readonly experiment?: string | undefined;
  /** The texts after `-S`, in order. */
  readonly set: readonly string[];
  /** The texts after `--sweep`, in order. */
  readonly sweep?: readonly string[];
}

export interface RunOptions extends ConfigurationOptions {
  readonly cpus: number;
  readonly jobs?: number;
  readonly resource: Readonly<Record<string, number>>;
  readonly keepGoing?: true;
  readonly failFast?: true;
  readonly strict?: true;
  readonly trace?: true;
  readonly readInputs?: true;
  /** A file that `pipe plan --json` wrote. */
  readonly plan?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export interface PlanOptions extends ConfigurationOptions {
  readonly cpus: number;
  readonly json?: true;
  readonly check?: true;
}

export interface JsonOption {
  readonly json?: true;
}

export function withConfigurationOptions(command: Command): Command {
  return command
    .option('-e, --experiment <name>', 'lay experiments/NAME.yaml on the parameters')
    .addOption(
      new Option(
        '-S, --set <path=value>',
        'set a parameter; several values (=1,2,4) make a sweep; can be repeated',
      )
        .default([], 'none')
        .argParser(collect),
    )
    .addOption(
      new Option(
        '--sweep <yaml>',
        "a sweep, such as '{ a: 1..3, zip: { b: [1, 2], c: [x, y] } }'; can be repeated",
      )
        .default([], 'none')
        .argParser(collect),
    )
    .addOption(
      new Option('--seeds <number>', 'run with so many seeds: seed and the numbers after it').argParser(
        positiveInteger,
      ),
    )
    .hook('preAction', (_, action) => {
      const { seeds, sweep } = action.opts<{ seeds?: number; sweep: readonly string[] }>();
      if (seeds !== undefined) action.setOptionValue('sweep', [...sweep, `{ seeds: ${seeds} }`]);
    });
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function tableFormat(): Option {
  return new Option('--format <form>', 'how tables are written').choices(tableFormats).default('terminal');
}

export function withCpus(command: Command): Command {
  return command.addOption(
    new Option('--cpus <number>', 'cores to share between the stages')
      .default(availableParallelism(), 'all')
      .argParser(positiveInteger),
  );
}

export function withResources(command: Command): Command {
  return command.addOption(
    new Option('--resource <name=amount>', 'how much there is of a named resource (gpu=2); can be repeated')
      .default({}, 'memory and gpu as the machine has them, one of any other')
      .argParser((text: string, before: Readonly<Record<string, number>>) => {
        const [, name = '', amount = ''] = /^([A-Za-z][\w-]*)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
        if (name === '') throw new InvalidArgumentError('Expected NAME=AMOUNT, such as gpu=2.');
        return { ...before, [name]: Number(amount) };
      }),
  );
}

export function days(text: string): number {
  const value = Number(text.replace(/ ?(d|days?)$/, ''));
  if (/^\d+(\.\d+)? ?(d|days?)?$/.test(text)) return value;
  throw new InvalidArgumentError('Expected a number of days, such as 30.');
}

/** In bytes. */
export function size(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError('Expected a size, such as 500MB.');
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected an integer of at least 1.');
}
