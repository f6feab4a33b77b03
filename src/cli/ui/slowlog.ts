import { shownBytes } from '../../base/bytes.js';
import { duration, printable } from '../../base/format.js';
import type { SlowlogEntry, SlowlogResult } from '../../operations/inspect/slowlog.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

/** `slowlog`: the command stands last, for it may be of any length. */
export function slowlogText({ entries, slowerThan, unseen }: SlowlogResult): string {
  const lines =
    entries.length === 0
      ? [emptyText(slowerThan)]
      : textTable(
          ['WHEN', 'NODE', '>TOOK', 'CLIENT', 'COMMAND'],
          entries.map((entry) => [
            new Date(entry.atMs).toISOString().replace('T', ' ').replace('.000Z', 'Z'),
            entry.node,
            durationText(entry.microseconds),
            clientText(entry),
            entry.args.map(shownBytes).join(' '),
          ]),
          STYLE,
        );
  return [...lines, ...unseenLines(unseen)].join('\n');
}

function clientText({ client, clientName }: SlowlogEntry): string {
  return printable(clientName === '' ? client : `${client} ${clientName}`);
}

function durationText(microseconds: number): string {
  return microseconds < 1000 ? `${microseconds} us` : duration(microseconds / 1000);
}

function emptyText(slowerThan: number | undefined): string {
  if (slowerThan === undefined) return 'nobody could be asked';
  if (slowerThan < 0) return 'the servers write nothing down: slowlog-log-slower-than is negative';
  return `no command took longer than ${durationText(slowerThan)} (slowlog-log-slower-than)`;
}
