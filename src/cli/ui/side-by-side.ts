import chalk from 'chalk';
import { printable } from '../../base/format.js';
import type { InfoField, InfoResult } from '../../operations/inspect/server-info.js';
import { textTable } from '../../reports/text-table.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

const GAP = 2;

/** INFO, a column a node; as many nodes beside each other as the terminal is wide, and the others below. */
export function infoText(
  { nodes, sections, unseen }: InfoResult,
  terminalColumns = process.stdout.isTTY ? process.stdout.columns : Infinity,
): string {
  const paragraphs = sections.flatMap(({ name, fields }) =>
    inGroups(nodes, fields, terminalColumns).map((group) =>
      [
        chalk.bold(name),
        ...textTable(
          ['FIELD', ...group],
          fields.map((field) => [printable(field.name), ...group.map((node) => valueText(field, node))]),
          STYLE,
        ).map((line) => line.trimEnd()),
      ].join('\n'),
    ),
  );
  const lines = paragraphs.length === 0 ? ['no server has such a section'] : [paragraphs.join('\n\n')];
  return [...lines, ...unseenLines(unseen)].join('\n');
}

function valueText({ values }: InfoField, node: string): string {
  return printable(values[node] ?? '-');
}

/** At least one node a group, however narrow the terminal is. */
function inGroups(
  nodes: readonly string[],
  fields: readonly InfoField[],
  terminalColumns: number,
): string[][] {
  const widest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const first = widest(['FIELD', ...fields.map(({ name }) => printable(name))]);
  const groups: string[][] = [];
  let left = -1;
  for (const node of nodes) {
    const width = GAP + widest([node, ...fields.map((field) => valueText(field, node))]);
    if (width > left) {
      groups.push([]);
      left = terminalColumns - first;
    }
    groups.at(-1)?.push(node);
    left -= width;
  }
  return groups;
}
