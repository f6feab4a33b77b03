import { printable } from './format.js';

/**
 * Every error that rcluster raises on purpose. The codes are stable: scripts match on them, and the README lists them.
 *
 * `exit` follows the contract of the command line: 1 a verdict failed or the cluster is not healthy, 2 wrong usage or
 * configuration, 3 the environment lacks something, 4 the operation failed or timed out, 5 a fault or a half-done
 * change is left behind, 130 interrupted.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: { exit: 2, meaning: 'options or configuration are wrong; all problems are listed at once' },
  USAGE: { exit: 2, meaning: 'the command line itself is wrong' },
  CLUSTER_UNKNOWN: { exit: 2, meaning: 'no cluster of that name exists on this host' },
  CLUSTER_DIFFERS: { exit: 2, meaning: 'a cluster of that name exists with other options' },
  NODE_UNKNOWN: { exit: 2, meaning: 'no node goes by that name' },
  NODE_AMBIGUOUS: { exit: 2, meaning: 'several nodes match that name' },
  NOT_A_MASTER: { exit: 2, meaning: 'the named node is not a master' },
  NOT_A_REPLICA: { exit: 2, meaning: 'the named node is not a replica' },
  NODE_NOT_RUNNING: { exit: 2, meaning: 'the named node is not running' },
  ENGINE_MISSING: { exit: 3, meaning: 'no Docker engine answers' },
  ENGINE_FORBIDDEN: { exit: 3, meaning: 'the Docker engine refuses this user' },
  IMAGE_UNAVAILABLE: { exit: 3, meaning: 'the image is neither present nor to be had' },
  SERVER_MISSING: { exit: 3, meaning: 'no redis-server or valkey-server for the process runtime' },
  PORT_IN_USE: { exit: 3, meaning: 'a port that a node needs is taken' },
  SUBNET_IN_USE: { exit: 3, meaning: 'no free subnet, or the named one is taken' },
  NEIGHBOUR_TABLE: {
    exit: 3,
    meaning: "the kernel's neighbour table cannot hold that many nodes on one bridge",
  },
  DISK_FULL: { exit: 3, meaning: 'no space is left for the nodes or for the state folder' },
  FAULT_IMPOSSIBLE: { exit: 3, meaning: 'this fault cannot be injected here; the message says why' },
  ACCESS_UNKNOWN: {
    exit: 3,
    meaning: 'the cluster wants a password or certificates that are not known here',
  },
  LOCKED: { exit: 4, meaning: 'another rcluster is at work on this cluster' },
  NODE_FAILED: { exit: 4, meaning: 'a node did not start, or ended by itself' },
  TIMEOUT: { exit: 4, meaning: 'the deadline passed; the message says what was still missing' },
  ENGINE_ERROR: { exit: 4, meaning: 'the Docker engine answered with an error' },
  REDIS_ERROR: { exit: 4, meaning: 'a node answered a command with an error' },
  MIGRATION_FAILED: { exit: 5, meaning: 'slots are half moved; running the command again finishes the move' },
  FAULT_LEFT: { exit: 5, meaning: 'a fault could not be healed; rcluster heal tries again' },
  KEY_TOO_LARGE: {
    exit: 4,
    meaning: 'a key that would move is larger than --max-key-size; nothing was moved',
  },
  DATA_AT_RISK: { exit: 1, meaning: 'what is left to repair can lose data, which --allow-data-loss permits' },
  UNHEALTHY: { exit: 1, meaning: 'the cluster is not healthy' },
  INTERRUPTED: { exit: 130, meaning: 'interrupted by a signal' },
  INTERNAL: { exit: 4, meaning: 'a defect in rcluster' },
} as const satisfies Record<string, { exit: number; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  /** What the user can do about it; one line. */
  hint?: string | undefined;
  /** Further lines: a list of problems, the last lines of a log, what was still missing node by node. */
  details?: readonly string[] | undefined;
  cause?: unknown;
}

/**
 * An error with a stable code, one sentence for a person, and what to do next. It may quote anybody: what a terminal would obey
 * is escaped in all of its texts.
 */
export class RclusterError extends Error {
  override readonly name = 'RclusterError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(printable(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint === undefined ? undefined : printable(options.hint);
    this.details = options.details?.map(printable) ?? [];
  }
}

export function isRclusterError(error: unknown, code?: ErrorCode): error is RclusterError {
  return error instanceof RclusterError && (code === undefined || error.code === code);
}

/** What any thrown value says, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ECONNREFUSED`, `EADDRINUSE`), if it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && !('code' in error)) return systemCodeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** The reason of an aborted signal as an error; every wait in rcluster rejects with it. */
export function interruption(signal: AbortSignal): Error {
  return signal.reason instanceof RclusterError
    ? signal.reason
    : new RclusterError('INTERRUPTED', 'interrupted', { cause: signal.reason });
}
