import type { Verdict } from './model.js';

type Paint = (text: string) => string;

/** How a terminal's text is coloured; whoever owns the terminal says it. */
export interface TextStyle {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
}

const same: Paint = (text) => text;

export const PLAIN: TextStyle = { good: same, bad: same, warn: same, dim: same, bold: same };

export const MARKS: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', skip: '-' };

export function paintOf(verdict: Verdict, style: TextStyle): Paint {
  return { pass: style.good, fail: style.bad, skip: style.warn }[verdict];
}
