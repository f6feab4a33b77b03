import chalk from 'chalk';
import { RclusterError } from '../../base/errors.js';
import { connectSnippets, status } from '../../index.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }, { args: [client] }) => {
  const { nodes } = await status(cluster);
  const all = await connectSnippets(nodes);
  const snippets = client === undefined ? all : all.filter((snippet) => snippet.client === client);
  if (snippets.length === 0) {
    throw new RclusterError('USAGE', `no snippet for "${client ?? ''}"`, {
      hint: `there are ${all.map((snippet) => snippet.client).join(', ')}`,
    });
  }
  ui.result({ cluster, endpoints: nodes.map(({ endpoint }) => endpoint), snippets }, () =>
    client === undefined
      ? snippets.map((snippet) => `${chalk.bold(snippet.client)}\n${snippet.text}`).join('\n\n')
      : (snippets[0]?.text ?? ''),
  );
  return EXIT.done;
};
