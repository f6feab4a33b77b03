import type { TextStyle } from './text-style.js';

/** What a cell says, and how it is coloured. */
export type Cell = string | readonly [text: string, paint: (text: string) => string];

/**
 * Columns without borders: easy to read, to copy and to cut. A column's title that begins with `>` stands to the right,
 * as its cells do.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { dim }: TextStyle,
): string[] {
  const titles = head.map((title) => (title.startsWith('>') ? title.slice(1) : title));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column] ?? '').length)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const blank = ' '.repeat((widths[column] ?? 0) - textOf(cell).length);
        const isLast = column === cells.length - 1;
        if (head[column]?.startsWith('>') === true) return blank + painted(cell);
        return isLast ? painted(cell) : painted(cell) + blank;
      })
      .join('  ');
  return [line(titles.map((title) => [title, dim] as const)), ...rows.map(line)];
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell[0];
}

function painted(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell[1](cell[0]);
}
