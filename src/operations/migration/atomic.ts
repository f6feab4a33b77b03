import { all } from '../../base/concurrency.js';
import { sleep } from '../../base/deadline.js';
import { RclusterError, interruption } from '../../base/errors.js';
import type { Move } from '../../cluster/rebalance.js';
import { countSlots, toSlots } from '../../cluster/slots.js';
import {
  clusterCancelSlotMigrations,
  clusterGetSlotMigrations,
  clusterMigrateSlots,
  countKeysInSlots,
  knowsMigrateSlots,
} from '../../redis/commands/index.js';
import type { Member } from '../members.js';
import type { MigrationProgress } from './progress.js';

const LOOK_EVERY_MS = 20;

/** Whether all of them can hand over slots by themselves, keys and all, with one change of owner at the end. */
export async function canMigrateAtomically(members: readonly Member[]): Promise<boolean> {
  const answers = await all(members, ({ connection }) => connection.settleAll([knowsMigrateSlots()]));
  return answers.every(([answer]) => answer === true);
}

export interface AtomicOptions {
  readonly signal: AbortSignal | undefined;
  readonly progress: MigrationProgress;
}

/**
 * Lets the server move the slots. Nothing is ever half moved: a migration that is interrupted has not happened.
 *
 * @throws REDIS_ERROR with the server's reason when a migration failed, INTERRUPTED after cancelling it
 */
export async function moveAtomically(
  source: Member,
  moves: readonly Move[],
  { signal, progress }: AtomicOptions,
): Promise<void> {
  for (const { to, slots } of moves) {
    const before = await source.connection.run(clusterGetSlotMigrations());
    const known = new Set(before.map(({ name }) => name));
    const keys = await countKeys(source, slots);
    await source.connection.run(clusterMigrateSlots(slots, to));
    for (;;) {
      const mine = (await source.connection.run(clusterGetSlotMigrations())).find(
        ({ name }) => !known.has(name),
      );
      if (mine?.state === 'success') break;
      if (mine?.state === 'failed' || mine?.state === 'cancelled') {
        throw new RclusterError(
          'REDIS_ERROR',
          `${source.name}: slot migration ${mine.state}: ${mine.message}`,
        );
      }
      try {
        await sleep(LOOK_EVERY_MS, signal);
      } catch {
        await source.connection.settleAll([clusterCancelSlotMigrations()]);
        throw signal === undefined ? new RclusterError('INTERRUPTED', 'interrupted') : interruption(signal);
      }
    }
    progress.keysDone(keys, 0, 0);
    progress.slotsDone(countSlots(slots));
  }
}

/** As many as there are when the move begins: the server does not tell how many it moved. */
async function countKeys({ connection }: Member, slots: Move['slots']): Promise<number> {
  const counts = await connection.run(countKeysInSlots(toSlots(slots)));
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
