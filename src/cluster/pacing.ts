/** How many keys may move in one turn of the source such that nobody waits for long. Pure. */

/** The most that a turn may carry. */
export interface CallLimits {
  readonly keys: number;
  readonly bytes: number;
}

/** Before anything was measured: a few milliseconds on a slow machine. */
export const FIRST_LIMITS: CallLimits = { keys: 64, bytes: 128 * 1024 };
/** More keys do not make a call cheaper for each key, and fewer do not make it shorter: it waits for the target anyway. */
const KEYS = { atLeast: 16, atMost: 1000 } as const;
const BYTES = { atLeast: 16 * 1024, atMost: 64 * 1024 ** 2 } as const;
/**
 * Back off at once, and grow step by step while there is plenty of room: on a machine with more nodes than processors, a
 * call now and then takes several times what it usually does. A fuller call would save next to nothing.
 */
const BACK_OFF = 0.7;
const GROW = 1.25;
const ROOM = 0.2;
/** What a slow machine takes of a large value: dump, send and restore. */
const BYTES_PER_MS = 50_000;

/** The limits after a call with that load took `ms`, where `maxMs` is the longest that it may take. */
export function adapt(
  limits: CallLimits,
  sent: CallLimits,
  { ms, maxMs }: { readonly ms: number; readonly maxMs: number },
): CallLimits {
  if (ms > maxMs) {
    return {
      keys: Math.max(KEYS.atLeast, Math.floor(Math.min(limits.keys, sent.keys) * BACK_OFF)),
      bytes: Math.max(BYTES.atLeast, Math.floor(Math.min(limits.bytes, sent.bytes) * BACK_OFF)),
    };
  }
  if (ms > maxMs * ROOM) return limits;
  // What was not used up has not been tried.
  return {
    keys: Math.min(KEYS.atMost, Math.max(limits.keys, Math.ceil(sent.keys * GROW))),
    bytes: Math.min(BYTES.atMost, Math.max(limits.bytes, Math.ceil(sent.bytes * GROW))),
  };
}

/** How long a node is busy with a single large key, in milliseconds. */
export function predictMs(bytes: number): number {
  return bytes / BYTES_PER_MS;
}

/** The largest key that is moved within that time. */
export function bytesWithin(ms: number): number {
  return Math.floor(ms * BYTES_PER_MS);
}
