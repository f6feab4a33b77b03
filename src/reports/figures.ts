import type { Range } from './model.js';

/** What stands where nothing was measured. */
export const UNMEASURED = '-';

/** Milliseconds for a person, to three digits or so: `0.42 ms`, `8.4 ms`, `640 ms`, `1.42 s`. */
export function time(ms: number | null): string {
  if (ms === null) return UNMEASURED;
  const size = Math.abs(ms);
  if (size >= 999.5) return `${(ms / 1000).toFixed(size < 99_995 ? 2 : 0)} s`;
  const digits = size >= 9.95 || Number.isInteger(ms) ? 0 : size >= 0.995 ? 1 : 2;
  return `${ms.toFixed(digits)} ms`;
}

/** A moment of a run: `-350 ms`, `+1,420 ms`; the injection is `0 ms`. */
export function moment(atMs: number): string {
  // There is no -0.
  const rounded = Math.round(atMs) + 0;
  return `${rounded > 0 ? '+' : ''}${count(rounded)} ms`;
}

/** `400 to 700 ms`, `640 ms to 1.20 s`. */
export function range([least, most]: Range): string {
  const [from, to] = [time(least), time(most)];
  const unit = to.slice(to.indexOf(' '));
  return `${from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

/** `2026-03-14 09:26:53 UTC`, of an ISO 8601 text in UTC. */
export function instant(iso: string): string {
  return iso.replace(/^([\d-]+)T([\d:]+)(\.\d+)?Z$/, '$1 $2 UTC');
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A share of one: `0 %`, `0.04 %`, `3.2 %`. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = value === 0 || value >= 99.95 ? 0 : value < 0.995 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

/** `2,400/s`. */
export function rate(perSecond: number): string {
  return `${count(perSecond)}/s`;
}
