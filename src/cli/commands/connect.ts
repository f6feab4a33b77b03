import chalk from 'chalk';
import { RclusterError } from '../../base/errors.js';
import { connectTo } from '../../operations/connect.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster }, { args: [client], options }) => {
  const { endpoints, snippets: all } = await connectTo(cluster, chosenOptions(options));
  const snippets = client === undefined ? all : all.filter((snippet) => snippet.client === client);
  if (snippets.length === 0) {
    throw new RclusterError('USAGE', `no snippet for "${client ?? ''}"`, {
      hint: `there are ${all.map((snippet) => snippet.client).join(', ')}`,
    });
  }
  ui.result({ cluster, endpoints, snippets }, () =>
    client === undefined
      ? snippets.map((snippet) => `${chalk.bold(snippet.client)}\n${snippet.text}`).join('\n\n')
      : (snippets[0]?.text ?? ''),
  );
  return EXIT.done;
};
