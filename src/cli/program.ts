/** The commands. Each is a file that is loaded when it is called; here they are only declared. */
import { readFileSync } from 'node:fs';

import { Argument, Command, CommanderError, Option } from 'commander';

import { terminalText } from '../report/text/terminal.ts';
import { exitCode } from './exit-code.ts';
import {
  days,
  positiveInteger,
  size,
  tableFormat,
  withConfigurationOptions,
  withCpus,
  withResources,
} from './options.ts';
import { print, tellText } from './output.ts';

const program = new Command('pipe')
  .description('Runs a graph of stages, and of it only what has changed.')
  .version(version(), '--version', 'print the version')
  .showHelpAfterError('(pipe --help lists the commands and options)')
  .configureOutput({
    writeOut: (text) => print(terminalText(text).trimEnd()),
    writeErr: (text) => tellText(terminalText(text).trimEnd()),
  })
  .exitOverride();

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const target = ['<target...>', 'stages of pipeline.yaml, or nodes as pipe plan names them'] as const;
const node = ['<node>', 'a stage of pipeline.yaml, or a node as pipe plan names it'] as const;
const json = ['--json', 'write JSON to standard output'] as const;

withResources(withCpus(withConfigurationOptions(program.command('run'))))
  .description('run what the targets need and what has changed; print their tables')
  .argument('[target...]', target[1])
  .option(
    '--plan <file>',
    'do what a plan says (pipe plan --json > FILE), and nothing when it no longer holds',
  )
  .option('--jobs <number>', 'nodes that may run at the same time', positiveInteger)
  .option(
    '--keep-going',
    'after a failure, go on with what does not depend on it (the default for several targets)',
  )
  .option('--fail-fast', 'after a failure, end what is running too')
  .option('--strict', 'fail a stage that touches files without declaring them, in place of telling it')
  .option('--trace', 'follow all that stages start with strace, to see every file they open (slow)')
  .option(
    '--read-inputs',
    'read every byte of inputs and code, whatever their times say, before and after each stage too (slow)',
  )
  .option('--json', 'write the events of the run as JSON lines')
  .option('-q, --quiet', 'show no progress')
  .action(async (targets, options) => end((await import('./run.ts')).run(targets, options)));

withCpus(withConfigurationOptions(program.command('plan')))
  .description('say what a run would do, and why')
  .argument(...target)
  .option(...json)
  .option('--check', `exit with ${exitCode.workToDo} when there is something to run`)
  .action(async (targets, options) => end((await import('./plan.ts')).plan(targets, options)));

withConfigurationOptions(program.command('show'))
  .description('print the tables or the metrics of a finished target; over seeds, means and deviations')
  .argument(...node)
  .addOption(tableFormat())
  .option('--table <name...>', 'only these tables')
  .option('--json', 'write what is known of the artifact as JSON (--format json writes the tables)')
  .action(async (name, options) => end((await import('./show.ts')).show(name, options)));

withConfigurationOptions(program.command('record'))
  .description('write the metrics of a finished target to experiments/NAME.results.json, to be committed')
  .argument('[target]', 'a stage; without it that of the record, or the one that no other needs')
  .option('--failure <file>', 'where the target has no results, write what failed when it ran last')
  .action(async (name, options) => end((await import('./record.ts')).record(name, options)));

const base = ['[base]', 'a revision, a file of results, or a recorded experiment; HEAD without it'] as const;

withConfigurationOptions(program.command('diff'))
  .description('compare the results with those recorded in a revision, a file or another experiment')
  .argument(...base)
  .option('--target <stage>', 'the stage whose results are meant; without it that of the record')
  .option('--md', 'write Markdown')
  .option(...json)
  .option('--all', 'show metrics that are as before, too')
  .option(
    '--gate',
    `exit with ${exitCode.gateFailed} when a metric is worse by more than allowances.yaml allows`,
  )
  .action(async (name, options) => end((await import('./diff.ts')).diff(name, options)));

withConfigurationOptions(program.command('publish'))
  .description('put results, or their differences from a base, into the job summary and one comment')
  .argument('[base]', 'a revision, a file of results, or a recorded experiment')
  .option('--target <stage>', 'the stage whose results are meant; without it that of the record')
  .option('--results <file>', 'recorded results to publish in place of those of the store')
  .option(
    '--failure <file>',
    'what failed, as pipe record --failure wrote it, to publish in place of results',
  )
  .option('--tables <file>', "a stage's tables.json, to be folded below")
  .option('--pull-request <number>', 'where to comment; known by itself in a CI job', positiveInteger)
  .option('--dry-run', 'print the Markdown and post nothing')
  .action(async (name, options) => end((await import('./publish.ts')).publish(name, options)));

program
  .command('compare')
  .description('put recorded results side by side: parameters that differ, metrics, time')
  .argument('<results...>', 'recorded experiments, files of results, revisions, or REVISION:EXPERIMENT')
  .option('-e, --experiment <name>', 'the experiment looked for in revisions')
  .addOption(tableFormat())
  .action(async (names, options) => end((await import('./compare.ts')).compare(names, options)));

program
  .command('stages')
  .description('list the stages')
  .option(...json)
  .action(async (options) => end((await import('./stages.ts')).stages(options)));

withConfigurationOptions(program.command('log'))
  .description('print the log of a node: of its artifact, or of its last one')
  .argument(...node)
  .action(async (name, options) => end((await import('./log.ts')).log(name, options)));

withConfigurationOptions(program.command('accept'))
  .description(
    'let the last artifact of a node stand although its code changed, and record who says so and why',
  )
  .argument(...node)
  .requiredOption('--because <text>', 'why the change is harmless')
  .option(
    '--instead <key>',
    'the artifact that stands in: the first digits of its key, STAGE/DIGITS where another stage made it',
  )
  .option(...json)
  .action(async (name, options) => end((await import('./accept.ts')).accept(name, options)));

withConfigurationOptions(program.command('why'))
  .description('say what changed since the last artifact of a node')
  .argument(...node)
  .option(...json)
  .action(async (name, options) => end((await import('./why.ts')).why(name, options)));

withConfigurationOptions(program.command('report'))
  .description('write results, pictures, graph, time line, parameters and provenance as one HTML file')
  .argument('[target...]', `${target[1]}; those that nothing else needs without any`)
  .option('-o, --output <file>', 'where to', 'report.html')
  .option('--open', 'open it in the browser')
  .action(async (names, options) => end((await import('./report.ts')).report(names, options)));

program
  .command('verify')
  .description('read every byte of the store, or of some stages of it, and name what is damaged')
  .argument('[stage...]', 'stages; all without any')
  .option(...json)
  .action(async (names, options) => end((await import('./verify.ts')).verify(names, options)));

program
  .command('gc')
  .description(
    'name the artifacts that no pipeline, experiment or recorded result of any branch or work tree refers to',
  )
  .option('--delete', 'remove them')
  .option('--this-branch', 'look at the files of this work tree alone, and at no other branch')
  .option('--older-than <days>', 'only what was not used for that long', days)
  .option('--larger-than <size>', 'only what is at least that large: 100MB', size)
  .option('--to-free <size>', 'the longest unused, until that much is free: 5GB', size)
  .option(...json)
  .action(async (options) => end((await import('./gc.ts')).gc(options)));

withResources(withCpus(withConfigurationOptions(program.command('data'))))
  .description("look at the experiment's data: pipe data check, pipe data sample, pipe data stats")
  .argument('<what>', 'a module commands/data-WHAT.ts or a stage data-WHAT of the project')
  .option(...json)
  .option('-q, --quiet', 'show no progress')
  .action(async (what, options) => end((await import('./data.ts')).data(what, options)));

withConfigurationOptions(program.command('status'))
  .description('say of each stage what is done, who is at work and how the last run ended')
  .argument('[target...]', 'stages or nodes; without any, all that pipeline.yaml leads to')
  .option(...json)
  .action(async (targets, options) => end((await import('./status.ts')).status(targets, options)));

withConfigurationOptions(program.command('graph'))
  .description('draw the graph: as a tree, for Mermaid or for Graphviz')
  .argument('[target...]', 'stages or nodes; without any, all that pipeline.yaml leads to')
  .addOption(new Option('--format <format>', 'how').choices(['tree', 'mermaid', 'dot']).default('tree'))
  .action(async (targets, options) => end((await import('./graph.ts')).graph(targets, options)));

program
  .command('setup')
  .description("get what the project's stages can use and npm does not bring: pipe setup cuda")
  .argument('<what>', 'a module commands/setup-WHAT.ts of the project')
  .option(...json)
  .action(async (what, options) => end((await import('./setup.ts')).setup(what, options)));

program
  .command('doctor')
  .description('say what there is to run on here, what is missing, and what gets it')
  .option(...json)
  .action(async (options) => end((await import('./doctor.ts')).doctor(options)));

program
  .command('schema')
  .description('write the schemas by which editors complete pipeline.yaml and experiments: schemas/project/')
  .option('--check', `write nothing; exit with ${exitCode.workToDo} when they are out of step`)
  .action(async (options) => end((await import('./schema.ts')).schema(options)));

program
  .command('completion')
  .description('print a shell\'s completion script: eval "$(pipe completion bash)"')
  .addArgument(new Argument('<shell>', 'which').choices(['bash', 'zsh', 'fish']))
  .action(async (shell) => end((await import('./completion.ts')).completion(shell)));

program
  .command('complete', { hidden: true })
  .argument('[words...]')
  .action(async (words) => end((await import('./completion.ts')).complete(words, program)));

async function end(code: Promise<number> | number): Promise<void> {
  process.exitCode = await code;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.configuration;
  else {
    const { reportError } = await import('./report-error.ts');
    process.exitCode = reportError(error, process.argv.includes('--json'));
  }
}
