import type { UpOptions } from '../../config/schema.js';
import { connectSnippets } from '../../operations/connect.js';
import { planUp } from '../../operations/plan-up.js';
import { up } from '../../operations/up.js';
import { duration, plural } from '../../base/format.js';
import { EXIT } from '../exit-codes.js';
import { planTable, statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';
import { passwordFor } from './password.js';

/** The first three are what most people need; `connect` prints the rest. */
const SHOWN_CLIENTS = 3;

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const password = options['dryRun'] === true ? options['password'] : await passwordFor(ui, options, signal);
  const upOptions: UpOptions = {
    ...chosenOptions(options, ['dryRun', 'password']),
    ...(password !== undefined && { password: password as string | true }),
    cluster,
  };
  if (options['dryRun'] === true) {
    const plan = await planUp(upOptions);
    ui.result(plan, () =>
      [
        `would boot ${plural(plan.nodes.length, 'node')} on ${plan.runtime}: ${plan.runtimeReason}`,
        '',
        planTable(plan),
      ].join('\n'),
    );
    return EXIT.done;
  }
  const result = await up(upOptions, { emit: ui.emit, signal });
  const snippets = await connectSnippets(result.spec, result.nodes);
  const { spec, changed, ...document } = result;
  ui.result({ ...document, changed }, () => {
    const done = changed
      ? `"${spec.name}" is ready: ${plural(result.nodes.length, 'node')} in ${duration(result.elapsedMs)}`
      : `"${spec.name}" is up already; nothing was changed`;
    const connect = snippets.slice(0, SHOWN_CLIENTS).map(({ text }) => text);
    return [
      done,
      '',
      statusText(result),
      '',
      'Connect:',
      '',
      ...connect.flatMap((text) => [...text.split('\n').map((line) => `  ${line}`), '']),
    ].join('\n');
  });
  return EXIT.done;
};
