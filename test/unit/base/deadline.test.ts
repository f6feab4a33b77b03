import { describe, expect, test } from 'vitest';
import { Deadline, sleep, waitUntilNothingIsMissing } from '../../../src/base/deadline.js';
import { RclusterError } from '../../../src/base/errors.js';
import { rejectionOf } from '../helpers/errors.js';

const LONG = 60_000;

async function elapsed(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work.catch(() => undefined);
  return performance.now() - startedAt;
}

describe('Deadline', () => {
  test('has time left until it has passed', async () => {
    const deadline = Deadline.after(10);
    expect(deadline.expired).toBe(false);
    expect(deadline.remainingMs).toBeGreaterThan(0);
    await sleep(15);
    expect(deadline.expired).toBe(true);
    expect(deadline.remainingMs).toBe(0);
  });

  test('atMost shortens it', () => {
    expect(Deadline.after(LONG).atMost(5).totalMs).toBe(5);
  });

  test('atMost never prolongs it', () => {
    expect(Deadline.after(5).atMost(LONG).totalMs).toBeLessThanOrEqual(5);
  });

  test('atMost keeps the signal', () => {
    const { signal } = new AbortController();
    expect(Deadline.after(LONG, signal).atMost(5).signal).toBe(signal);
  });

  test('watchedBy keeps the time, and how long it was', async () => {
    const deadline = Deadline.after(10);
    await sleep(15);
    const { signal } = new AbortController();
    const watched = deadline.watchedBy(signal);
    expect([watched.expired, watched.totalMs, watched.signal]).toEqual([true, 10, signal]);
  });

  test('throwIfAborted throws INTERRUPTED', () => {
    const deadline = Deadline.after(LONG, AbortSignal.abort());
    expect(() => deadline.throwIfAborted()).toThrow(expect.objectContaining({ code: 'INTERRUPTED' }));
  });
});

describe('sleep', () => {
  test('rejects with INTERRUPTED as soon as the signal fires', async () => {
    const controller = new AbortController();
    const sleeping = sleep(LONG, controller.signal);
    controller.abort();
    expect((await rejectionOf(sleeping)).code).toBe('INTERRUPTED');
  });

  test('rejects with the reason of the signal when that is an error of ours', async () => {
    const reason = new RclusterError('NODE_FAILED', 'node-2 ended');
    expect(await rejectionOf(sleep(LONG, AbortSignal.abort(reason)))).toBe(reason);
  });
});

describe('waitUntilNothingIsMissing', () => {
  test('returns when nothing is missing', async () => {
    const answers = [['node-1'], ['node-1'], []];
    await waitUntilNothingIsMissing(() => Promise.resolve(answers.shift() ?? ['asked once too often']), {
      deadline: Deadline.after(LONG),
      what: 'the nodes',
      everyMs: 1,
    });
    expect(answers).toEqual([]);
  });

  test('looks once even when the deadline has passed already', async () => {
    await waitUntilNothingIsMissing(() => Promise.resolve([]), { deadline: Deadline.after(0), what: 'it' });
  });

  test('pauses between two looks', async () => {
    let looks = 0;
    const wait = waitUntilNothingIsMissing(
      () => {
        looks += 1;
        return Promise.resolve(['node-1']);
      },
      { deadline: Deadline.after(50), what: 'it', everyMs: 20 },
    );
    await rejectionOf(wait);
    expect(looks).toBeLessThan(6);
  });

  test('throws TIMEOUT with the last lines and the hint', async () => {
    const answers = [['node-1: no', 'node-2: no'], ['node-2: still no']];
    const wait = waitUntilNothingIsMissing(
      () => Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? []),
      { deadline: Deadline.after(20), what: 'every node to agree', everyMs: 2, hint: 'wait longer' },
    );
    expect(await rejectionOf(wait)).toMatchObject({
      code: 'TIMEOUT',
      message: 'timed out after 20 ms waiting for every node to agree',
      details: ['node-2: still no'],
      hint: 'wait longer',
    });
  });

  test('is INTERRUPTED at once, however rarely it looks', async () => {
    const controller = new AbortController();
    const wait = waitUntilNothingIsMissing(() => Promise.resolve(['node-1']), {
      deadline: Deadline.after(LONG, controller.signal),
      what: 'it',
      everyMs: LONG,
    });
    setTimeout(() => controller.abort(), 5);
    expect(await elapsed(wait)).toBeLessThan(1000);
    expect((await rejectionOf(wait)).code).toBe('INTERRUPTED');
  });

  test('does not look at all when it was interrupted before', async () => {
    let looks = 0;
    const wait = waitUntilNothingIsMissing(() => Promise.resolve([String((looks += 1))]), {
      deadline: Deadline.after(LONG, AbortSignal.abort()),
      what: 'it',
    });
    expect((await rejectionOf(wait)).code).toBe('INTERRUPTED');
    expect(looks).toBe(0);
  });

  test('ends with what the probe throws', async () => {
    const wait = waitUntilNothingIsMissing(
      () => Promise.reject(new RclusterError('NODE_FAILED', 'node-1 is gone')),
      { deadline: Deadline.after(LONG), what: 'it' },
    );
    expect((await rejectionOf(wait)).code).toBe('NODE_FAILED');
  });
});
