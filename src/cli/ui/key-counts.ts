import chalk from 'chalk';
import { list, plural } from '../../base/format.js';
import type { CountResult } from '../../operations/inspect/count.js';
import type { FlushResult } from '../../operations/inspect/flush.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines, walkWarnings } from './unseen.js';

export function countText({ keys, shards, missed, slotsMoving, unseen }: CountResult): string {
  const table = textTable(
    ['MASTER', '>SLOTS', '>KEYS', ''],
    [
      ...shards.map((shard) => [
        shard.master,
        String(shard.slotCount),
        shard.keys === undefined ? '?' : String(shard.keys),
        shard.asked === undefined || shard.asked === shard.master
          ? ''
          : `as ${shard.asked}, its replica, says`,
      ]),
      ['all', String(shards.reduce((sum, { slotCount }) => sum + slotCount, 0)), String(keys), ''],
    ],
    STYLE,
  ).map((line) => line.trimEnd());
  const notes =
    missed.length === 0 ? [] : [`the keys of ${list(missed)} are not counted: nobody answers for its slots`];
  return [...table, ...noteLines(notes), ...movingNotes(slotsMoving), ...unseenLines(unseen)].join('\n');
}

/** For figures that were taken while slots moved. */
export function movingNotes(slotsMoving: number): string[] {
  return slotsMoving === 0
    ? []
    : noteLines([
        `${plural(slotsMoving, 'slot')} on the way: keys in them may be counted twice, or not at all`,
      ]);
}

export function flushText(
  result: FlushResult & { readonly keys: number; readonly slotsMoving: number },
): string {
  const { flushed, keys, slotsMoving } = result;
  const done =
    flushed.length === 0 ? 'deleted nothing' : `deleted ${plural(keys, 'key')}: all of ${list(flushed)}`;
  const notes = walkWarnings(result).map((text) => text.replace('are missing', 'are still there'));
  return [done, ...noteLines(notes), ...movingNotes(slotsMoving)].join('\n');
}

function noteLines(notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : ['', ...notes.map((note) => `${chalk.yellow('note:')} ${note}`)];
}
