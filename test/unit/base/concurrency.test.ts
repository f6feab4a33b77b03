import { describe, expect, test } from 'vitest';
import { all } from '../../../src/base/concurrency.js';
import { sleep } from '../../../src/base/deadline.js';

describe('all', () => {
  test('answers in the order of the items, whichever is ready first', async () => {
    const waits = [15, 1, 8];
    await expect(all(waits, async (ms) => sleep(ms).then(() => ms))).resolves.toEqual(waits);
  });

  test('runs the tasks side by side', async () => {
    let running = 0;
    let most = 0;
    await all([1, 2, 3], async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running -= 1;
    });
    expect(most).toBe(3);
  });

  test('waits for every task when one fails', async () => {
    let isDone = false;
    const work = all(['fails', 'takes its time'], async (item) => {
      if (item === 'fails') throw new Error('no');
      await sleep(20);
      isDone = true;
    });
    await expect(work).rejects.toThrow('no');
    expect(isDone).toBe(true);
  });

  test('waits for every task when one throws before its first await', async () => {
    let isDone = false;
    const slow = async () => {
      await sleep(20);
      isDone = true;
    };
    const work = all(['takes its time', 'throws'], (item) => {
      if (item === 'throws') throw new Error('at once');
      return slow();
    });
    await expect(work).rejects.toThrow('at once');
    expect(isDone).toBe(true);
  });

  test('throws the failure of the first item, not the first failure', async () => {
    const work = all([20, 1], async (ms) => {
      await sleep(ms);
      throw new Error(`after ${ms}`);
    });
    await expect(work).rejects.toThrow('after 20');
  });

  test('has nothing to do for no items', async () => {
    await expect(all([], () => Promise.reject(new Error('never called')))).resolves.toEqual([]);
  });
});
