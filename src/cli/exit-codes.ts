import { ERROR_CODES, RclusterError } from '../base/errors.js';

export const EXIT = {
  done: 0,
  /** A verdict failed, or the cluster is not healthy. */
  unhealthy: 1,
  usage: 2,
  /** What was asked for cannot be done here. */
  environment: 3,
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  return ERROR_CODES[error instanceof RclusterError ? error.code : 'INTERNAL'].exit;
}
