import { once } from 'node:events';
import { interruption } from '../../base/errors.js';
import { tour, type Audience } from '../../tour/tour.js';
import { EXIT } from '../exit-codes.js';
import { commandText, explanationText, headingText, outputText } from '../ui/tour.js';
import type { Ui } from '../ui/ui.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, signal }, { options }) => {
  const waits = options['auto'] !== true && !ui.options.json && process.stdin.isTTY && process.stdout.isTTY;
  const audience = ui.options.json ? NOBODY : reader(ui, waits ? () => untilEnter(ui, signal) : goOn);
  // Only here: elsewhere it would take nohup its effect, and no command but this one waits for a person.
  if (waits) {
    process.once('SIGHUP', () => process.kill(process.pid, 'SIGTERM'));
    // The shell and the kernel each send one: the second must not end the cleaning up.
    process.on('SIGHUP', () => undefined);
  }
  const report = await tour(chosenOptions(options, ['auto']), audience, { emit: ui.emit, signal });
  if (ui.options.json) ui.result(report, () => '');
  return EXIT.done;
};

const goOn = () => Promise.resolve();

/** Under --json there is one document, in the end. */
const NOBODY: Audience = {
  begin: () => undefined,
  command: () => undefined,
  output: () => undefined,
  explain: () => undefined,
  ready: goOn,
};

function reader(ui: Ui, ready: () => Promise<void>): Audience {
  const print = (text: string) => {
    ui.settle();
    ui.print(text);
  };
  return {
    begin: (...heading) => print(headingText(...heading)),
    command: (text) => print(commandText(text)),
    output: (output) => print(outputText(output)),
    explain: (text) => print(explanationText(text)),
    ready,
  };
}

/** The terminal stays as it is, line by line, so that Ctrl-C is a signal as at any other moment. */
async function untilEnter(ui: Ui, signal: AbortSignal): Promise<void> {
  ui.settle();
  process.stderr.write('\nEnter goes on, Ctrl-C ends and cleans up ');
  const isOver = new AbortController();
  const either = { signal: AbortSignal.any([signal, isOver.signal]) };
  // It was paused on purpose the time before, and a listener alone does not wake it.
  process.stdin.resume();
  try {
    // A terminal that is closed asks for nothing any more.
    await Promise.race([once(process.stdin, 'data', either), once(process.stdin, 'end', either)]);
  } catch (error) {
    throw signal.aborted ? interruption(signal) : error;
  } finally {
    isOver.abort();
    process.stdin.pause();
  }
}
