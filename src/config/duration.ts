/** How long something takes, as people write it: `250ms`, `2s`, `1.5s`, `2m`. Pure. */

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

/** The longest that a timer can wait: Node.js takes what is longer for nothing at all. */
const MOST_MS = 2 ** 31 - 1;

/** For messages: what a duration has to look like. */
export const DURATION_FORM = 'a number with ms, s or m, such as 250ms or 2s';

/** Milliseconds; undefined when the text is no duration. A number alone has no unit, so it is none. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit);
  const ms = factor === undefined ? NaN : Number(digits) * factor;
  return ms <= MOST_MS ? ms : undefined;
}
