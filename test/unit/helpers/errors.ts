import { RclusterError } from '../../../src/base/errors.js';

function ours(error: unknown): RclusterError {
  if (error instanceof RclusterError) return error;
  throw new Error('threw something that is not a RclusterError', { cause: error });
}

/** What `act` throws; that it throws, and one of our errors, is part of the expectation. */
export function thrownBy(act: () => unknown): RclusterError {
  try {
    act();
  } catch (error) {
    return ours(error);
  }
  throw new Error('nothing was thrown');
}

/** What `promise` rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<RclusterError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return ours(error);
  }
  throw new Error(`nothing was thrown, the answer was ${JSON.stringify(value)}`);
}
