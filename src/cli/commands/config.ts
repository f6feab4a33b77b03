import { changeSettings, readSettings } from '../../operations/inspect/settings.js';
import { EXIT } from '../exit-codes.js';
import { changedSettingsText, settingsText } from '../ui/settings.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

/** What is about the file, and asks no server. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(['show', 'check', 'init']);

export const run: CommandRun = async (context, invocation) => {
  const { ui, cluster } = context;
  const [action = '', ...words] = invocation.args;
  const { options } = invocation;
  if (ABOUT_THE_FILE.has(action)) return (await import('./config-file.js')).run(context, invocation);
  if (action === 'set') {
    const result = await changeSettings(cluster, { ...chosenOptions(options), settings: words });
    ui.result(result, () => changedSettingsText(result));
    return result.unseen.length > 0 || result.rewritten === false ? EXIT.unhealthy : EXIT.done;
  }
  const result = await readSettings(cluster, words);
  ui.result(result, () => settingsText(result));
  return result.unseen.length > 0 ? EXIT.unhealthy : EXIT.done;
};
