/** What means something to Markdown becomes an entity; a line's end would end a table, and `@name` would call somebody. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/[&<>|`*_~[\]\\#$]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replaceAll('@', '@\u200b');
}

/** @param head titles; one with a `>` stands to the right, with its column */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((title) => (title.startsWith('>') ? '---:' : '---'));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head.map((title) => title.replace(/^>/, ''))), line(rule), ...rows.map(line)].join('\n');
}
