import { sleep, type Deadline } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import type { Entry } from './generator.js';
import { HEADER_BYTES, numberIn } from './values.js';

const AT_ONCE = 128;
const AGAIN_AFTER_MS = 50;

interface Reader {
  read(key: string, bytes: number): Promise<string>;
  remove(key: string): Promise<void>;
}

/**
 * Reads every key that was written, closes its ledger with what it holds, and removes it.
 *
 * @returns the keys that gave no answer by the deadline, each with the error; their ledgers stay open
 */
export async function readBack(
  entries: readonly Entry[],
  reader: Reader,
  deadline: Deadline,
): Promise<readonly string[]> {
  const unread: string[] = [];
  await inLanes(entries, async ({ name, ledger }) => {
    const problem = await insistently(async () => {
      ledger.close(numberIn(await reader.read(name, HEADER_BYTES)));
    }, deadline);
    if (problem !== undefined) unread.push(`${name}: ${problem}`);
    // Should this fail, the key's lifetime ends it.
    await reader.remove(name).catch(() => undefined);
  });
  return unread;
}

/** Removes what was written, as far as that succeeds at once. */
export async function removeAll(entries: readonly Entry[], reader: Reader): Promise<void> {
  await inLanes(entries, ({ name }) => reader.remove(name).catch(() => undefined));
}

async function inLanes(entries: readonly Entry[], work: (entry: Entry) => Promise<void>): Promise<void> {
  const rest = entries.filter(({ ledger }) => ledger.isTouched).values();
  const lane = async () => {
    for (const entry of rest) await work(entry);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** @returns what the last attempt failed with */
async function insistently(attempt: () => Promise<void>, deadline: Deadline): Promise<string | undefined> {
  for (;;) {
    try {
      await attempt();
      return undefined;
    } catch (error) {
      if (deadline.expired) return messageOf(error);
    }
    await sleep(AGAIN_AFTER_MS);
  }
}
