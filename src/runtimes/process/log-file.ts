import { open, readFile, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { sleep } from '../../base/deadline.js';
import { isRclusterError } from '../../base/errors.js';

const FOLLOW_EVERY_MS = 100;

/** The last `count` lines of a file, all when undefined, and its size; a missing file is an empty one. */
export async function lastLines(
  path: string,
  count: number | undefined,
): Promise<{ lines: string[]; size: number }> {
  const text = await readFile(path).catch(() => Buffer.alloc(0));
  const lines = text.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { lines: count === undefined ? lines : count === 0 ? [] : lines.slice(-count), size: text.length };
}

/** Whole lines as they are appended after `offset`, until the signal fires. */
export async function* followFile(
  path: string,
  offset: number,
  signal: AbortSignal | undefined,
): AsyncIterable<string> {
  let position = offset;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  for (;;) {
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size < position) position = 0;
    if (size > position) {
      const file = await open(path);
      try {
        const chunk = Buffer.alloc(size - position);
        const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
        position += bytesRead;
        const lines = (rest + decoder.write(chunk.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      } finally {
        await file.close();
      }
    }
    try {
      await sleep(FOLLOW_EVERY_MS, signal);
    } catch (error) {
      if (isRclusterError(error, 'INTERRUPTED')) return;
      throw error;
    }
  }
}
