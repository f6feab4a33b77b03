import { describe, expect, test } from 'vitest';
import { count, instant, moment, percent, range, rate, time } from '../../../src/reports/figures.js';

describe('time', () => {
  test.each([
    [null, '-'],
    [0, '0 ms'],
    [0.42, '0.42 ms'],
    [0.999, '1.0 ms'],
    [8.44, '8.4 ms'],
    [9.97, '10 ms'],
    [640, '640 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1420, '1.42 s'],
    [99_990, '99.99 s'],
    [124_400, '124 s'],
  ])('%s: %s', (ms, text) => expect(time(ms)).toBe(text));
});

describe('moment', () => {
  test.each([
    [0, '0 ms'],
    [-0.2, '0 ms'],
    [0.4, '0 ms'],
    [1420.4, '+1,420 ms'],
    [-350, '-350 ms'],
  ])('%d: %s', (atMs, text) => expect(moment(atMs)).toBe(text));
});

describe('range', () => {
  test.each([
    [[400, 700] as const, '400 to 700 ms'],
    [[640, 1200] as const, '640 ms to 1.20 s'],
    [[1000, 2000] as const, '1.00 to 2.00 s'],
    [[0, 200] as const, '0 to 200 ms'],
  ])('%j: %s', (bounds, text) => expect(range(bounds)).toBe(text));
});

describe('percent', () => {
  test.each([
    [0, '0 %'],
    [0.0004, '0.04 %'],
    [0.032, '3.2 %'],
    [1, '100 %'],
  ])('%d: %s', (ratio, text) => expect(percent(ratio)).toBe(text));
});

test('numbers are grouped by threes', () => {
  expect([count(12_345.4), rate(2400)]).toEqual(['12,345', '2,400/s']);
});

test('an instant is said in UTC, and what is none stays as it is', () => {
  expect(instant('2026-03-14T09:26:53.000Z')).toBe('2026-03-14 09:26:53 UTC');
  expect(instant('yesterday')).toBe('yesterday');
});
