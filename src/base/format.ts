/** `1 node`, `2 nodes`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** Bytes for a person: `980 B`, `1.8 MB` (powers of 1024, as redis writes them). */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Milliseconds for a person: `640 ms`, `3.1 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What a terminal obeys, and what turns the direction of writing so that text reads as other text. */
const COMMANDING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * What keys, nodes, files and logs say is shown, not obeyed: control characters, and those that change the direction of
 * writing, become escapes. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(COMMANDING, (char) => {
    const code = char.charCodeAt(0).toString(16);
    if (char === '\n' || char === '\t') return char;
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}
