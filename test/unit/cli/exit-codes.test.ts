import { describe, expect, test } from 'vitest';
import { ERROR_CODES, RclusterError, type ErrorCode } from '../../../src/base/errors.js';
import { EXIT, exitCodeOf } from '../../../src/cli/exit-codes.js';

/** The contract: scripts go by these. A new code needs a line here and in the README. */
const CONTRACT: Readonly<Record<ErrorCode, number>> = {
  UNHEALTHY: 1,
  CONFIG_INVALID: 2,
  USAGE: 2,
  CLUSTER_UNKNOWN: 2,
  CLUSTER_DIFFERS: 2,
  NODE_UNKNOWN: 2,
  NODE_AMBIGUOUS: 2,
  NOT_A_MASTER: 2,
  NOT_A_REPLICA: 2,
  NODE_NOT_RUNNING: 2,
  ENGINE_MISSING: 3,
  ENGINE_FORBIDDEN: 3,
  IMAGE_UNAVAILABLE: 3,
  SERVER_MISSING: 3,
  PORT_IN_USE: 3,
  SUBNET_IN_USE: 3,
  NEIGHBOUR_TABLE: 3,
  DISK_FULL: 3,
  ACCESS_UNKNOWN: 3,
  LOCKED: 4,
  NODE_FAILED: 4,
  TIMEOUT: 4,
  ENGINE_ERROR: 4,
  REDIS_ERROR: 4,
  INTERNAL: 4,
  MIGRATION_FAILED: 5,
  KEY_TOO_LARGE: 4,
  FAULT_IMPOSSIBLE: 3,
  FAULT_LEFT: 5,
  DATA_AT_RISK: 1,
  INTERRUPTED: 130,
};

describe('the exit code', () => {
  test('is settled for every error code', () => {
    expect(Object.keys(CONTRACT).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test.each(Object.entries(CONTRACT) as [ErrorCode, number][])('of %s is %i', (code, exit) => {
    expect(exitCodeOf(new RclusterError(code, 'x'))).toBe(exit);
  });

  test.each([new TypeError('x is not a function'), 'text', undefined])('of %s, a defect, is 4', (thrown) => {
    expect(exitCodeOf(thrown)).toBe(4);
  });

  test('of what is done, unhealthy, misused, impossible and interrupted is the contract’s', () => {
    expect(EXIT).toEqual({ done: 0, unhealthy: 1, usage: 2, environment: 3, interrupted: 130 });
  });
});

test('every error code says what it means', () => {
  expect(Object.values(ERROR_CODES).filter(({ meaning }) => meaning.length < 10)).toEqual([]);
});
