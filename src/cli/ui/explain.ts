import chalk from 'chalk';
import { shownBytes } from '../../base/bytes.js';
import { printable } from '../../base/format.js';
import { commandText } from '../../cluster/explain/advice.js';
import type { CommandReport, ElsewhereAnswer } from '../../operations/inspect/command-report.js';
import type { ExplainResult } from '../../operations/inspect/explain.js';
import type { TransactionReport } from '../../operations/inspect/explain-transaction.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

export function explainText({ commands, transaction, unseen }: ExplainResult): string {
  return [
    commands.map((command) => commandLines(command).join('\n')).join('\n\n'),
    ...transactionLines(transaction),
    ...unseenLines(unseen),
  ].join('\n');
}

function commandLines(report: CommandReport): string[] {
  const { command, places, notes, instead, elsewhere, error } = report;
  return [
    `${chalk.bold(commandText(command))}  ${verdictText(report)}`,
    ...(error === undefined ? [] : [`  ${chalk.red(printable(error))}`]),
    ...indent(placeLines(places)),
    ...notes.map((note) => `- ${note}`),
    ...elsewhere.map((answer) => `- ${elsewhereText(answer)}`),
    ...instead.flatMap(({ what, commands }) => [
      `${chalk.cyan('instead:')} ${what}`,
      ...commands.map((line) => `    ${line}`),
    ]),
  ];
}

function verdictText({ node, error, movingTo }: CommandReport): string {
  if (error !== undefined) return `${chalk.red('refused')} ${chalk.dim(`(asked: ${node})`)}`;
  const moving = movingTo === undefined ? '' : `, or by ${movingTo}, where the slot is moving to (ASK)`;
  return `${chalk.green('runs')} ${chalk.dim(`(on ${node}${moving})`)}`;
}

function placeLines(places: CommandReport['places']): string[] {
  if (places.length === 0) return [];
  return textTable(
    ['>SLOT', 'MASTER', 'USE', 'KEY'],
    places.map(({ key, kind, slot, master, use }) => [
      String(slot),
      master ?? 'nobody',
      kind === 'channel' ? 'channel' : use.join(' ') || '-',
      shownBytes(key),
    ]),
    STYLE,
  );
}

function elsewhereText({ node, as, error }: ElsewhereAnswer): string {
  return `${as} (${node}): ${error === undefined ? 'runs there as well' : printable(error)}`;
}

function transactionLines(transaction: TransactionReport | undefined): string[] {
  if (transaction === undefined) return [];
  const { error, node, slots } = transaction;
  const verdict =
    error === undefined
      ? `${chalk.green('EXEC runs')} ${chalk.dim(`(on ${node})`)}`
      : `${chalk.red('EXEC is refused')} ${chalk.dim(`(asked: ${node})`)}\n  ${chalk.red(error)}`;
  return [
    '',
    verdict,
    ...(slots.length > 1
      ? [
          `- the keys are in ${slots.length} slots; a transaction takes keys of one: give them a common hash tag`,
        ]
      : []),
  ];
}

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
