import { sleep } from './deadline.js';

/**
 * The answer, or an error after `ms` milliseconds: for calls that take no signal. The call itself goes on unheard.
 */
export async function withTimeLimit<Result>(answer: Promise<Result>, ms: number): Promise<Result> {
  const timer = new AbortController();
  const late = sleep(ms, timer.signal).then(() => {
    throw new Error(`no answer within ${ms / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
  }
}
