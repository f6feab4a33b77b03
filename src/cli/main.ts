import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { RclusterError } from '../base/errors.js';
import { COMMANDS } from './commands/index.js';
import { configure, explained, type Configuration } from './configuration.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { noticeFaults } from './leftover-faults.js';
import type { Invocation } from './adder.js';
import { buildProgram } from './program.js';
import type { Ui, UiOptions } from './ui/ui.js';

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  ignoreClosedPipe();
  let exitCode: number = EXIT.done;
  const program = buildProgram(packageVersion(), async (invocation) => {
    exitCode = await runCommand(program, invocation);
  });
  beQuiet(program);
  if (argv[0] === 'complete' || argv[0] === 'completion') await addCompletion(program);
  else describeCompletion(program);
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return await usageError(error, argv);
  }
}

async function runCommand(program: Command, invocation: Invocation): Promise<number> {
  let ui = await openUi(uiOptionsOf(invocation.options));
  let configuration: Configuration | undefined;
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    if (interruption.signal.aborted) {
      process.off(signal, interrupt);
      process.kill(process.pid, signal);
    }
    ui.emit({ type: 'warning', text: `${signal}: cleaning up (once more to leave at once)` });
    interruption.abort(new RclusterError('INTERRUPTED', `interrupted by ${signal}`));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    configuration = await configure(program, invocation);
    const { options } = configuration;
    ui = await openUi(uiOptionsOf(options));
    const { run } = await COMMANDS[invocation.command]();
    const cluster = String(configuration.cluster.value);
    await noticeFaults(ui, invocation.command, cluster);
    const context = { ui, cluster, configuration, signal: interruption.signal };
    return await run(context, { ...invocation, options });
  } catch (error) {
    ui.error(configuration === undefined ? error : explained(error, configuration));
    return exitCodeOf(error);
  } finally {
    ui.settle();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

function uiOptionsOf(options: Readonly<Record<string, unknown>>): UiOptions {
  return {
    json: options['json'] === true,
    quiet: options['quiet'] === true,
    debug: options['debug'] === true,
  };
}

/** Errors are ours to print, those of commands below commands as well. */
function beQuiet(command: Command): void {
  command.configureOutput({ writeErr: () => undefined });
  for (const inner of command.commands) beQuiet(inner);
}

async function usageError(error: CommanderError, argv: readonly string[]): Promise<number> {
  if (error.exitCode === 0) return EXIT.done;
  const ui = await openUi({ json: argv.includes('--json'), quiet: false, debug: false });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const known = argv[0] !== undefined && Object.hasOwn(COMMANDS, argv[0]) ? ` ${argv[0]}` : '';
  const hint = suggestion?.replace(/^\(|\)$/g, '') ?? `rcluster${known} --help`;
  ui.error(new RclusterError('USAGE', message, { hint }));
  return EXIT.usage;
}

/** Tables and colours take longer to load than `--version` may take in all. */
async function openUi(options: UiOptions): Promise<Ui> {
  const ui = await import('./ui/ui.js');
  return ui.openUi(options);
}

const COMPLETION_EXAMPLES = [
  'source <(rcluster completion bash)',
  'source <(rcluster completion zsh)',
  'rcluster completion fish | source',
];

async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
  const { examplesText } = await import('./option-groups.js');
  program.commands
    .find((command) => command.name() === 'completion')
    ?.addHelpText('after', examplesText(COMPLETION_EXAMPLES));
}

/** Only its line in the help: the completion itself is loaded when it is asked for. */
function describeCompletion(program: Command): void {
  program.command('completion <shell>').description('print the completion script for bash, zsh or fish');
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** `rcluster logs | head` closes our output early, and a terminal can be closed (EIO); that is no error. */
function ignoreClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
