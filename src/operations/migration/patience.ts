import { all } from '../../base/concurrency.js';
import type { Member } from '../members.js';
import { readNodeTimeout, setNodeTimeout } from '../node-timeout.js';

/** A node that is silent for a node timeout is taken for dead; the others' clocks and pings take their share too. */
const TIMES_THE_PAUSE = 4;

/**
 * Keeps the cluster from taking a node for dead that is only busy with a huge key: for as long as that may take, the
 * nodes wait longer for each other.
 */
export class Patience {
  readonly #members: readonly Member[];
  readonly #before = new Map<Member, number>();
  #timeoutMs = 0;

  constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** @param pauseMs how long a node may answer nothing. A server without CONFIG is left as it is. */
  async bear(pauseMs: number): Promise<void> {
    const wanted = Math.ceil(pauseMs * TIMES_THE_PAUSE);
    if (wanted <= this.#timeoutMs) return;
    this.#timeoutMs = wanted;
    await all(this.#members, async (member) => {
      const now = await readNodeTimeout(member.connection);
      if (now === undefined || now >= wanted) return;
      if (!this.#before.has(member)) this.#before.set(member, now);
      await member.connection.settleAll([setNodeTimeout(wanted)]);
    });
  }

  async end(): Promise<void> {
    await all(this.#before, ([{ connection }, timeoutMs]) =>
      connection.settleAll([setNodeTimeout(timeoutMs)]),
    );
  }
}
