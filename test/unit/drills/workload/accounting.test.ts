import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counter, Register, Tally } from '../../../../src/drills/workload/accounting.js';
import { Ranges } from '../../../../src/drills/workload/ranges.js';

const register = () => {
  const tally = new Tally();
  return { tally, key: new Register(tally) };
};

describe('a register', () => {
  test('that holds its last acknowledged write has lost nothing', () => {
    const { tally, key } = register();
    for (const found of [0, 1, 2]) key.acknowledged(key.begin(), found);
    key.close(3);
    expect(tally.writes).toEqual({
      attempted: 3,
      acknowledged: 3,
      failed: 0,
      lost: 0,
      unacknowledgedPresent: 0,
      duplicated: 0,
    });
  });

  test('has lost the acknowledged writes above what it holds, not the failed ones', () => {
    const { tally, key } = register();
    key.acknowledged(key.begin(), 0);
    key.acknowledged(key.begin(), 1);
    key.failed(key.begin());
    key.acknowledged(key.begin(), 2);
    key.close(1);
    expect(tally.writes).toMatchObject({ lost: 2, unacknowledgedPresent: 0, failed: 1 });
  });

  test('that is gone has lost everything', () => {
    const { tally, key } = register();
    for (const found of [0, 1, 2]) key.acknowledged(key.begin(), found);
    key.close(0);
    expect(tally.writes.lost).toBe(3);
  });

  test('does not hide a loss behind a later write', () => {
    const { tally, key } = register();
    for (const found of [0, 1, 2, 1]) key.acknowledged(key.begin(), found);
    key.close(4);
    expect(tally.writes.lost).toBe(2);
  });

  test('counts a lost write once, however often it is missed', () => {
    const { tally, key } = register();
    for (const found of [0, 1, 0, 0]) key.acknowledged(key.begin(), found);
    key.close(0);
    expect(tally.writes.lost).toBe(4);
  });

  test('counts a write that is found after all as not lost', () => {
    const { tally, key } = register();
    key.acknowledged(key.begin(), 0);
    key.acknowledged(key.begin(), 1);
    key.failed(key.begin(), 1);
    key.acknowledged(key.begin(), 1);
    expect(tally.writes.lost).toBe(1);
    key.close(2);
    expect(tally.writes).toMatchObject({ lost: 1, acknowledged: 3 });
  });

  test('finds a write that was not acknowledged, and counts it once', () => {
    const { tally, key } = register();
    key.acknowledged(key.begin(), 0);
    key.failed(key.begin());
    key.failed(key.begin(), 2);
    key.close(2);
    expect(tally.writes).toMatchObject({ unacknowledgedPresent: 1, lost: 0 });
  });

  test('takes a write that overwrote itself for one that was sent twice', () => {
    const { tally, key } = register();
    key.acknowledged(key.begin(), 0);
    key.acknowledged(key.begin(), 2);
    key.close(2);
    expect(tally.writes).toMatchObject({ lost: 0, unacknowledgedPresent: 0 });
  });

  test('calls a read stale that is older than what was acknowledged or read before it was sent', () => {
    const { tally, key } = register();
    key.acknowledged(key.begin(), 0);
    const early = key.floor;
    key.acknowledged(key.begin(), 1);
    key.read(1, early);
    expect(tally.reads.stale).toBe(0);
    key.read(1, key.floor);
    expect(tally.reads.stale).toBe(1);
    key.read(3, key.floor);
    key.read(2, key.floor);
    expect(tally.reads).toEqual({ attempted: 4, failed: 0, stale: 2 });
  });
});

describe('a counter', () => {
  const counter = () => {
    const tally = new Tally();
    return { tally, key: new Counter(tally) };
  };
  const increment = (key: Counter, value: number) => {
    key.begin();
    key.acknowledged(value);
  };

  test('in which every increment counted once', () => {
    const { tally, key } = counter();
    for (const value of [1, 2, 3]) increment(key, value);
    key.close(3);
    expect(tally.writes).toMatchObject({ acknowledged: 3, lost: 0, duplicated: 0, unacknowledgedPresent: 0 });
  });

  test('that jumps was incremented twice', () => {
    const { tally, key } = counter();
    for (const value of [1, 3, 4]) increment(key, value);
    key.close(4);
    expect(tally.writes).toMatchObject({ duplicated: 1, unacknowledgedPresent: 0 });
  });

  test('explains a jump by failed increments first', () => {
    const { tally, key } = counter();
    increment(key, 1);
    key.begin();
    key.failed();
    increment(key, 4);
    expect(tally.writes).toMatchObject({ unacknowledgedPresent: 1, duplicated: 1 });
  });

  test('that falls back has lost what it fell by', () => {
    const { tally, key } = counter();
    for (const value of [1, 2, 3, 2]) increment(key, value);
    key.close(0);
    expect(tally.writes.lost).toBe(4);
  });
});

// ---- against a server of which everything is known

type Step = 'acknowledge' | 'fail' | 'fail-but-carry-out' | { readonly rollBack: number };

const acknowledge = { weight: 8, arbitrary: fc.constant<Step>('acknowledge') };
const fail = { weight: 2, arbitrary: fc.constant<Step>('fail') };
const carryOut = { weight: 2, arbitrary: fc.constant<Step>('fail-but-carry-out') };
const rollBack = { weight: 1, arbitrary: fc.nat({ max: 5 }).map((count): Step => ({ rollBack: count })) };

/** Writes one key to a server that loses the latest of its writes now and then, and counts with full knowledge of both. */
function live(steps: readonly Step[]) {
  const { tally, key } = register();
  /** Of every write that the server ever held and did not lose. */
  let history: number[] = [];
  const acknowledged = new Set<number>();
  const present = new Set<number>();
  let lost = 0;
  const look = () => {
    const held = history.at(-1) ?? 0;
    if (held > 0 && !acknowledged.has(held)) present.add(held);
    return held;
  };
  for (const step of steps) {
    if (typeof step === 'object') {
      const gone = history.splice(Math.max(0, history.length - step.rollBack));
      lost += gone.filter((number) => acknowledged.has(number)).length;
      continue;
    }
    const number = key.begin();
    if (step === 'acknowledge') {
      key.acknowledged(number, look());
      acknowledged.add(number);
    } else key.failed(number);
    if (step !== 'fail') history = [...history, number];
  }
  key.close(look());
  return { writes: tally.writes, lost, present: present.size, acknowledged: acknowledged.size };
}

describe('over any history', () => {
  test('a register counts exactly the acknowledged writes that the server lost', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(acknowledge, fail, rollBack), { maxLength: 60 }), (steps) => {
        const { writes, lost, acknowledged } = live(steps);
        expect(writes).toMatchObject({ acknowledged, lost, unacknowledgedPresent: 0 });
        expect(writes.attempted).toBe(writes.acknowledged + writes.failed);
      }),
      { numRuns: 500 },
    );
  });

  test('a register counts exactly the failed writes that were found', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(acknowledge, fail, carryOut), { maxLength: 60 }), (steps) => {
        const { writes, present } = live(steps);
        expect(writes).toMatchObject({ lost: 0, unacknowledgedPresent: present });
      }),
      { numRuns: 500 },
    );
  });

  test('a register never counts a loss that was none', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(acknowledge, fail, carryOut, rollBack), { maxLength: 60 }), (steps) => {
        const { writes, lost } = live(steps);
        expect(writes.lost).toBeLessThanOrEqual(lost);
      }),
      { numRuns: 500 },
    );
  });

  test('a counter never counts more than the server lost, carried out or repeated, and all of it when it did one thing', () => {
    const action = fc.constantFrom('once', 'twice', 'failed', 'failed-once', 'lose' as const);
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const tally = new Tally();
        const key = new Counter(tally);
        let value = 0;
        let [repeated, carriedOut, lost] = [0, 0, 0];
        for (const now of actions) {
          if (now === 'lose') {
            if (value > 0) lost += 1;
            value = Math.max(0, value - 1);
            continue;
          }
          key.begin();
          if (now === 'failed' || now === 'failed-once') {
            if (now === 'failed-once') [value, carriedOut] = [value + 1, carriedOut + 1];
            key.failed();
            continue;
          }
          if (now === 'twice') [value, repeated] = [value + 1, repeated + 1];
          value += 1;
          key.acknowledged(value);
        }
        key.close(value);
        const { writes } = tally;
        expect(writes.lost).toBeLessThanOrEqual(lost);
        expect(writes.duplicated).toBeLessThanOrEqual(repeated + carriedOut);
        expect(writes.unacknowledgedPresent + writes.duplicated).toBeLessThanOrEqual(carriedOut + repeated);
        if (!actions.includes('lose')) {
          expect(writes.unacknowledgedPresent + writes.duplicated).toBe(carriedOut + repeated);
          if (!actions.some((each) => each.startsWith('failed'))) expect(writes.duplicated).toBe(repeated);
        } else if (actions.every((each) => each === 'once' || each === 'lose')) {
          expect(writes.lost).toBe(lost);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('ranges are a set', () => {
    const change = fc.record({
      first: fc.nat({ max: 40 }),
      length: fc.nat({ max: 6 }),
      isRemoval: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const ranges = new Ranges();
        const members = new Set<number>();
        for (const { first, length, isRemoval } of changes) {
          if (isRemoval) {
            ranges.remove(first);
            members.delete(first);
          } else {
            ranges.add(first, first + length);
            for (let member = first; member <= first + length; member += 1) members.add(member);
          }
        }
        const all = Array.from({ length: 50 }, (_, member) => member);
        expect(all.filter((member) => ranges.has(member))).toEqual(
          all.filter((member) => members.has(member)),
        );
        for (const first of [0, 7, 20])
          expect(ranges.countIn(first, 30)).toBe([...members].filter((m) => m >= first && m <= 30).length);
      }),
    );
  });
});
