/** Numbers of keys are written with so many digits, as redis-benchmark does. */
export const DIGITS = 12;
/** Digits are dealt with four at a time. */
export const CHUNK = 10_000;
const CHUNK_DIGITS = 4;

/** The digits of every chunk, one chunk after the other. */
const CHUNKS = Buffer.from(
  Array.from({ length: CHUNK }, (_, chunk) => String(chunk).padStart(CHUNK_DIGITS, '0')).join(''),
);

export const digitsOf = (number: number) => String(number).padStart(DIGITS, '0');

/** The same without a text in between. */
export function writeDigits(into: Buffer, at: number, number: number): void {
  const low = number % CHUNK;
  const high = (number - low) / CHUNK;
  const middle = high % CHUNK;
  writeFour(CHUNKS, (high - middle) / CHUNK, into, at);
  writeFour(CHUNKS, middle, into, at + CHUNK_DIGITS);
  writeFour(CHUNKS, low, into, at + 2 * CHUNK_DIGITS);
}

/** The entry at `index` of a table whose entries have four bytes. Copying so few is faster than asking for it to be done. */
export function writeFour(table: Buffer, index: number, into: Buffer, at: number): void {
  const from = 4 * index;
  into[at] = table[from] ?? 0;
  into[at + 1] = table[from + 1] ?? 0;
  into[at + 2] = table[from + 2] ?? 0;
  into[at + 3] = table[from + 3] ?? 0;
}
