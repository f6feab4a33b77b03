import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { RclusterError } from '../base/errors.js';
import { DEFAULTS } from '../config/defaults.js';
import { COMMANDS } from './commands/index.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { buildProgram, type Invocation } from './program.js';
import type { Ui, UiOptions } from './ui/ui.js';

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  ignoreClosedPipe();
  let exitCode: number = EXIT.done;
  const program = buildProgram(packageVersion(), async (invocation) => {
    exitCode = await runCommand(invocation);
  });
  program.configureOutput({ writeErr: () => undefined });
  for (const command of program.commands) command.configureOutput({ writeErr: () => undefined });
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

async function runCommand(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const ui = await openUi({
    json: options['json'] === true,
    quiet: options['quiet'] === true,
    debug: options['debug'] === true,
  });
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
    const { run } = await COMMANDS[invocation.command]();
    const cluster = typeof options['cluster'] === 'string' ? options['cluster'] : DEFAULTS.cluster;
    return await run({ ui, cluster, signal: interruption.signal }, invocation);
  } catch (error) {
    ui.error(error);
    return exitCodeOf(error);
  } finally {
    ui.settle();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function usageError(error: CommanderError, argv: readonly string[]): Promise<number> {
  if (error.exitCode === 0) return EXIT.done;
  const ui = await openUi({ json: argv.includes('--json'), quiet: false, debug: false });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const known = argv[0] !== undefined && argv[0] in COMMANDS ? ` ${argv[0]}` : '';
  const hint = suggestion?.replace(/^\(|\)$/g, '') ?? `rcluster${known} --help`;
  ui.error(new RclusterError('USAGE', message, { hint }));
  return EXIT.usage;
}

/** Spinner and colours take longer to load than `--version` may take in all. */
async function openUi(options: UiOptions): Promise<Ui> {
  const { Ui } = await import('./ui/ui.js');
  return new Ui(options);
}

async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
}

/** Only its line in the help: the completion itself is loaded when it is asked for. */
function describeCompletion(program: Command): void {
  program.command('completion <shell>').description('print the completion script for bash, zsh or fish');
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** `rcluster logs | head` closes our output early; that is no error. */
function ignoreClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
