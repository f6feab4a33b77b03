import { once } from 'node:events';
import { shownBytes } from '../../base/bytes.js';
import { findKeys } from '../../operations/inspect/keys.js';
import { EXIT } from '../exit-codes.js';
import { walkWarnings } from '../ui/unseen.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

const NUL = Buffer.from([0]);

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [pattern], options }) => {
  // A terminal would obey what is in a key.
  const isRaw = options['null'] === true && !process.stdout.isTTY;
  const asked = { ...chosenOptions(options, ['null']), ...(pattern !== undefined && { pattern }) };
  const all: Buffer[] = [];
  const result = await findKeys(cluster, asked, {
    signal,
    onKeys: async (keys) => {
      if (ui.options.json) all.push(...keys);
      else return written(isRaw ? rawBytes(keys) : keys.map((key) => `${shownBytes(key)}\n`).join(''));
      return true;
    },
  });
  for (const text of walkWarnings(result)) ui.emit({ type: 'warning', text });
  if (ui.options.json) ui.result({ ...result, keys: all }, () => '');
  return result.missed.length > 0 || result.restless ? EXIT.unhealthy : EXIT.done;
};

function rawBytes(keys: readonly Buffer[]): Buffer {
  return Buffer.concat(keys.flatMap((key) => [key, NUL]));
}

/** Waits until the reader has taken it. @returns false when nobody reads any more */
async function written(output: string | Buffer): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed) return false;
  if (!stdout.write(output)) {
    const isOver = new AbortController();
    const either = { signal: isOver.signal };
    // A reader that goes away is no error, and is seen below.
    await Promise.race([once(stdout, 'drain', either), once(stdout, 'close', either)]).catch(() => undefined);
    isOver.abort();
  }
  return !stdout.destroyed;
}
