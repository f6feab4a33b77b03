import type { Command } from '../connection.js';
import { asBuffers } from '../reply.js';

export interface ScanOptions {
  readonly pattern?: Buffer | undefined;
  readonly type?: string | undefined;
  /** How many keys the server looks at in a turn. */
  readonly count?: number | undefined;
}

export interface ScanPage {
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
  readonly keys: readonly Buffer[];
}

/** A part of the keys of this node. A key that is there all along is met at least once. */
export const scan = (
  cursor: string | undefined,
  { pattern, type, count }: ScanOptions,
): Command<ScanPage> => ({
  args: [
    ...['SCAN', cursor ?? '0'],
    ...(pattern === undefined ? [] : ['MATCH', pattern]),
    ...(count === undefined ? [] : ['COUNT', count]),
    ...(type === undefined ? [] : ['TYPE', type]),
  ],
  binary: true,
  decode: (reply) => {
    const [next = null, keys = null] = Array.isArray(reply) ? reply : [];
    const cursorText = Buffer.isBuffer(next) ? next.toString() : '';
    return { next: cursorText === '0' ? undefined : cursorText, keys: asBuffers(keys) };
  },
});
