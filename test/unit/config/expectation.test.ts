import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS, OPERATORS, parseExpectation } from '../../../src/config/expectation.js';
import { thrownBy } from '../helpers/errors.js';

describe('an expectation is read', () => {
  test.each([
    ['outage < 2s', { metric: 'outage', operator: '<', limit: 2000, unit: 'ms' }],
    ['outage(default) < 5s', { metric: 'outage', profile: 'default', limit: 5000 }],
    ['lost == 0', { metric: 'lost', operator: '==', limit: 0, unit: 'count' }],
    ['errors < 1%', { metric: 'errors', operator: '<', limit: 0.01, unit: 'ratio' }],
    ['errors(tuned) == 0', { metric: 'errors', profile: 'tuned', limit: 0, unit: 'count' }],
    ['p99 < 20ms', { metric: 'p99', limit: 20, unit: 'ms' }],
    ['p99.9(tuned, after) <= 1.5s', { metric: 'p99.9', profile: 'tuned', phase: 'after', limit: 1500 }],
    ['p50(after,tuned)<1m', { metric: 'p50', profile: 'tuned', phase: 'after', limit: 60_000 }],
    ['promoted==1', { metric: 'promoted', operator: '==', limit: 1 }],
    [
      '  longest-write  >=  100 ms ',
      { metric: 'longest-write', operator: '>=', text: 'longest-write  >=  100 ms' },
    ],
    ['acknowledged != 0', { metric: 'acknowledged', operator: '!=', limit: 0 }],
  ])('%s', (text, parts) => expect(parseExpectation(text)).toMatchObject(parts));

  test('whatever the metric and the comparison are', () => {
    const metric = fc.constantFrom(...Object.entries(METRICS));
    fc.assert(
      fc.property(metric, fc.constantFrom(...OPERATORS), fc.nat(), ([name, { unit }], operator, number) => {
        const text = `${name} ${operator} ${number}${unit === 'duration' ? 'ms' : ''}`;
        expect(parseExpectation(text)).toMatchObject({ metric: name, operator, limit: number, text });
      }),
    );
  });
});

describe('what is wrong is said', () => {
  test.each([
    ['', 'must read METRIC < VALUE'],
    ['outage', 'must read METRIC < VALUE'],
    ['outage <', 'must read METRIC < VALUE'],
    ['< 2s', 'must read METRIC < VALUE'],
    ['outrage < 2s', 'nothing is measured that is called "outrage" (did you mean outage?)'],
    ['weather < 2s', 'nothing is measured that is called "weather"'],
    ['outage = 2s', '"=" is no comparison'],
    ['outage < 2', 'outage is compared with a number with ms, s or m'],
    ['outage < 1%', 'outage is compared with a number with ms, s or m'],
    ['lost < 1%', 'lost is compared with a number, such as 0'],
    ['lost == 1s', 'lost is compared with a number, such as 0'],
    ['lost == -1', 'lost is compared with a number, such as 0'],
    ['errors < 1s', 'errors is compared with a percentage or a number'],
    ['detect(tuned) < 1s', '"tuned" cannot stand behind detect: nothing may'],
    ['outage(before) < 1s', '"before" cannot stand behind outage: one of default, tuned may'],
    ['outage(fast) < 1s', '"fast" cannot stand behind outage'],
    ['p99(tuned, tuned) < 1s', '"tuned" cannot stand behind p99'],
    ['p99() < 1s', '"" cannot stand behind p99'],
  ])('%s', (text, message) => {
    const error = thrownBy(() => parseExpectation(text));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(`expectation "${text}": ${message}`);
  });

  test('with what there is', () => {
    expect(thrownBy(() => parseExpectation('weather < 1')).hint).toContain('outage, detect');
  });
});
