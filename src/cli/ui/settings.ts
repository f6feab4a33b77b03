import chalk from 'chalk';
import { list, plural, printable } from '../../base/format.js';
import type { ChangedSettings, Setting, SettingsResult } from '../../operations/inspect/settings.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

/** A line a value: where all nodes have the same, there is one. */
export function settingsText({ settings, unseen }: SettingsResult): string {
  const lines =
    settings.length === 0
      ? ['no server has such a setting']
      : textTable(['SETTING', 'NODES', 'VALUE'], settings.flatMap(rowsOf), STYLE);
  return [...lines, ...unseenLines(unseen)].join('\n');
}

function rowsOf({ name, values }: Setting): string[][] {
  return values.map(({ value, nodes }, at) => [
    at === 0 ? name : '',
    values.length === 1 ? `all ${nodes.length}` : nodes.join(' '),
    value === '' ? '""' : printable(value),
  ]);
}

export function changedSettingsText(result: ChangedSettings): string {
  const { rewritten, notRewritten, unseen } = result;
  const outlives =
    rewritten === undefined
      ? 'until each server ends: redis.conf was left as it is'
      : 'also in redis.conf, so that it outlives a restart';
  return [
    settingsText({ ...result, unseen: [] }),
    '',
    rewritten === false
      ? `${chalk.yellow('not in redis.conf')}, so that it ends with the server:\n${notRewritten.map((line) => `  ${printable(line)}`).join('\n')}`
      : outlives,
    ...unseenLines(unseen),
    ...(unseen.length === 0
      ? []
      : [
          `${plural(unseen.length, 'node')} ${unseen.length === 1 ? 'has' : 'have'} not heard of it: ${list(unseen.map(({ node }) => node))}`,
        ]),
  ].join('\n');
}
