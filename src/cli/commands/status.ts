import { setTimeout as delay } from 'node:timers/promises';
import { isRclusterError } from '../../base/errors.js';
import { status } from '../../operations/status.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { toJson } from '../ui/json.js';
import { whileRead } from '../ui/reader.js';
import { shown } from '../ui/shown.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';

const REDRAW_MS = 1_000;

export const run: CommandRun = async (context, { options }) => {
  if (options['watch'] === true) return watch(context);
  const report = await status(context.cluster);
  context.ui.result(report, () => statusText(report));
  return report.state === 'ok' ? EXIT.done : EXIT.unhealthy;
};

async function watch({ ui, cluster, signal: ended }: CommandContext): Promise<number> {
  const { createLogUpdate } = await import('log-update');
  const redraw = createLogUpdate(process.stdout);
  const signal = whileRead(ended);
  while (!signal.aborted) {
    let text: string;
    try {
      const report = await status(cluster);
      text = ui.options.json ? toJson({ version: 1, ...report }) : statusText(report);
    } catch (error) {
      // The cluster may come back: what is wrong is what a watcher wants to see.
      if (!isRclusterError(error)) throw error;
      text = `error[${error.code}]: ${error.message}`;
    }
    if (process.stdout.isTTY) redraw(`${shown(text)}\n\n${new Date().toLocaleTimeString()}  Ctrl-C ends`);
    else ui.print(`${text}\n`);
    await delay(REDRAW_MS, undefined, { signal }).catch(() => undefined);
  }
  redraw.done();
  return EXIT.done;
}
