import { describe, expect, test } from 'vitest';
import { deferred } from '../../../src/base/deferred.js';
import { withTimeLimit } from '../../../src/base/race.js';

describe('withTimeLimit', () => {
  test('hands the answer on', async () => {
    await expect(withTimeLimit(Promise.resolve(7), 60_000)).resolves.toBe(7);
  });

  test('hands the failure on', async () => {
    await expect(withTimeLimit(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
  });

  test('fails when there is no answer in time', async () => {
    await expect(withTimeLimit(new Promise(() => undefined), 10)).rejects.toThrow('no answer within 0.01 s');
  });
});

describe('deferred', () => {
  test('is resolved from outside', async () => {
    const later = deferred<number>();
    later.resolve(7);
    await expect(later.promise).resolves.toBe(7);
  });

  test('is rejected from outside', async () => {
    const later = deferred<number>();
    later.reject(new Error('no'));
    await expect(later.promise).rejects.toThrow('no');
  });
});
