/** What is written to a key: enough to tell, when it is read again, which write it comes from. Pure. */

/** What a value begins with: its number, then a colon. */
export const HEADER_BYTES = 17;

/** The value of the n-th write: its number, filled up to the length that was asked for. */
export function valueOf(number: number, bytes: number): string {
  return `${number}:`.padEnd(bytes, 'x');
}

/** The number of the write that a value comes from, or of a counter; 0 where there is none. */
export function numberIn(value: string | null): number {
  return Number.parseInt(value ?? '', 10) || 0;
}
