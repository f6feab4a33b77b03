import { all } from '../../base/concurrency.js';
import { Deadline, sleep } from '../../base/deadline.js';
import type { Slot } from '../../cluster/slots.js';
import { ownersIn, type NodeId } from '../../cluster/topology.js';
import { clusterNodes, setSlotsNode } from '../../redis/commands/index.js';
import type { Member } from '../members.js';

/** The owner tells all others as soon as it has claimed: that takes milliseconds, unless a link is down. */
const HEAR_MS = 1_000;
const LOOK_EVERY_MS = 2;

/**
 * Waits until these masters have heard from the owner itself that the slots are its own, and tells those who do not hear.
 *
 * Telling all of them at once (SETSLOT NODE) is quicker, and loses keys. A master that is told before it has read what the
 * owner sent earlier notes that the owner does not claim the slots, and as what comes next agrees with its own view, it
 * never looks again (Redis 7.0, cluster.c owner_not_claiming_slot in clusterUpdateSlotsConfigWith). Should it take over
 * such a slot later, any message of the former owner that is still on its way wins the slot back, whatever the epochs, and
 * the keys are deleted. Who hears it from the owner takes no such note.
 */
export async function spreadOwner(
  masters: readonly Member[],
  slots: readonly Slot[],
  owner: NodeId,
): Promise<void> {
  // One that does not answer hears of it by gossip when it is back.
  await all(masters, (master) => hear(master, slots, owner).catch(() => undefined));
}

async function hear({ connection }: Member, slots: readonly Slot[], owner: NodeId): Promise<void> {
  const deadline = Deadline.after(HEAR_MS);
  while (!deadline.expired) {
    const owners = ownersIn(await connection.run(clusterNodes()));
    if (slots.every((slot) => owners[slot] === owner)) return;
    await sleep(LOOK_EVERY_MS);
  }
  await connection.run(setSlotsNode(slots, owner));
}
