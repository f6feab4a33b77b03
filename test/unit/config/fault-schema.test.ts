import { describe, expect, test } from 'vitest';
import { resolveFault, resolveFor } from '../../../src/config/fault-schema.js';
import { FAULT_KINDS } from '../../../src/drills/faults/fault.js';
import { thrownBy } from '../helpers/errors.js';

const target = 'random-master';

test.each([
  [
    { fault: 'kill', target: ' 7001 ' },
    { fault: 'kill', target: '7001' },
  ],
  [
    { fault: 'partition', groups: '7000/rest' },
    { fault: 'partition', groups: '7000/rest', oneWay: false },
  ],
  [
    { fault: 'latency', target, delay: '1.5s', jitter: 20 },
    { fault: 'latency', target, delay: 1500, jitter: 20 },
  ],
  [
    { fault: 'loss', target, percent: '25' },
    { fault: 'loss', target, percent: 25 },
  ],
  [
    { fault: 'fill', target },
    { fault: 'fill', target, room: 8 },
  ],
  [
    { fault: 'slow', target },
    { fault: 'slow', target, busy: 200, every: 250 },
  ],
])('%j', (description, resolved) => expect(resolveFault(description)).toEqual(resolved));

test('there is a description for every fault', () => {
  for (const fault of FAULT_KINDS) {
    const whom = fault === 'partition' ? { groups: '7000/rest' } : { target };
    expect(resolveFault({ fault, ...whom }).fault).toBe(fault);
  }
});

describe('is refused with every problem at once:', () => {
  test.each<[object | string, RegExp[]]>([
    [{ fault: 'explode', target }, [/^fault: must be a fault/]],
    ['kill', [/^it: /]],
    [{ fault: 'kill' }, [/^target: must name a node/]],
    [{ fault: 'kill', target: '' }, [/^target: must not be empty/]],
    [{ fault: 'kill', target, groups: 'a/b' }, [/^groups: is not a field/]],
    [{ fault: 'partition', target }, [/^groups: must read/, /^target: is not a field/]],
    [
      { fault: 'latency', target: 1, delay: '5 parsecs', jitter: -1 },
      [/^target: /, /^delay: must be a time/, /^jitter: must be a time/],
    ],
    [{ fault: 'latency', target, delay: 10, jitter: 11 }, [/^jitter: must not exceed delay/]],
    [{ fault: 'loss', target, percent: 101 }, [/^percent: .* from 1 to 100/]],
    [{ fault: 'loss', target, percent: 0 }, [/^percent: /]],
    [{ fault: 'slow', target, busy: '300ms', every: '300ms' }, [/^busy: must be shorter/]],
    [{ fault: 'slow', target, busy: '6s', every: '10s' }, [/^busy: must be a time/]],
  ])('%j', (description, problems) => {
    const { code, message, details } = thrownBy(() => resolveFault(description));
    expect(code).toBe('CONFIG_INVALID');
    const found = details.length > 0 ? details : [message.replace('the fault is described wrongly: ', '')];
    expect(found).toHaveLength(problems.length);
    problems.forEach((problem, index) => expect(found[index]).toMatch(problem));
  });
});

test.each([
  [undefined, undefined],
  ['5s', 5000],
  ['250ms', 250],
  ['2m', 120_000],
  ['1500', 1500],
])('--for %j is %j ms', (value, ms) => expect(resolveFor(value)).toBe(ms));

test.each(['', 'soon', '-1s', '0', '5h', '5 s 3'])('--for %j is refused', (value) => {
  expect(thrownBy(() => resolveFor(value)).message).toMatch(/^--for .*: must be a time/);
});
