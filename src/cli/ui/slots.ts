import chalk from 'chalk';
import { shownBytes } from '../../base/bytes.js';
import { plural } from '../../base/format.js';
import type { KeyReport, SlotsReport } from '../../operations/inspect/slot-of-keys.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

/** More new names than that help nobody. */
const NAMES_SHOWN = 8;

/** `slot`: where keys are. The key stands last: it is the one column that may be of any length. */
export function slotText(report: SlotsReport): string {
  const table = textTable(
    ['>SLOT', '>CRC16', 'MASTER', 'ENDPOINT', 'REPLICAS', 'TAG', 'KEY'],
    report.keys.map((key) => [
      String(key.slot),
      `0x${key.crc16.toString(16).padStart(4, '0')}`,
      masterText(key),
      key.endpoint ?? '-',
      key.replicas.join(' ') || '-',
      key.tag === undefined ? '-' : shownBytes(key.tag),
      shownBytes(key.key),
    ]),
    STYLE,
  );
  return [...table, ...togetherLines(report), ...unseenLines(report.unseen)].join('\n');
}

function masterText({ master, movingTo }: KeyReport): string {
  if (master === undefined) return 'nobody';
  return movingTo === undefined ? master : `${master} (moving to ${movingTo})`;
}

function togetherLines({ keys, together, common }: SlotsReport): string[] {
  if (keys.length < 2) return [];
  if (together) {
    return ['', `${chalk.green('together:')} one command, transaction or script can take all of them`];
  }
  const slots = new Set(keys.map(({ slot }) => slot)).size;
  return [
    '',
    `${chalk.yellow('not together:')} they are in ${plural(slots, 'slot')}; what takes keys of several slots is refused (CROSSSLOT),`,
    'also where one node has all of those slots',
    ...(common === undefined || keys.length > NAMES_SHOWN
      ? []
      : [
          `with the hash tag {${shownBytes(common.tag)}} they are together:`,
          ...common.names.map((name, at) => renamedLine(keys[at]?.key, name)),
          chalk.dim('all keys of one tag are on one node: tag by what there are many of, such as a user'),
        ]),
  ];
}

function renamedLine(key: Buffer | undefined, name: Buffer): string {
  if (key?.equals(name) === true) return `  ${shownBytes(name)}  ${chalk.dim('(as it is)')}`;
  return `  ${shownBytes(name)}`;
}
