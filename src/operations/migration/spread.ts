import { all } from '../../base/concurrency.js';
import { Deadline, sleep } from '../../base/deadline.js';
import { RclusterError } from '../../base/errors.js';
import type { Slot } from '../../cluster/slots.js';
import { ownersIn, type NodeId } from '../../cluster/topology.js';
import {
  claimSlots,
  clusterNodes,
  countKeysInSlots,
  setSlotsImporting,
  setSlotsNode,
} from '../../redis/commands/index.js';
import { requireAccepted, type Member } from '../members.js';

/** The owner tells all others as soon as it has claimed: that takes milliseconds, unless a link is down. */
const HEAR_MS = 1_000;
const FIRST_LOOK_MS = 2;
/** Many sources that go on asking many masters every 2 ms would keep the nodes from hearing anything. */
const LAST_LOOK_MS = 32;
const CLAIMS_AT_MOST = 5;

/**
 * Waits until these masters have heard from the owner itself that the slots are its own, and tells those who do not hear.
 *
 * Telling all of them at once (SETSLOT NODE) is quicker, and loses keys. A master that is told before it has read what the
 * owner sent earlier notes that the owner does not claim the slots, and as what comes next agrees with its own view, it
 * never looks again (Redis 7.0, cluster.c owner_not_claiming_slot in clusterUpdateSlotsConfigWith). Should it take over
 * such a slot later, any message of the former owner that is still on its way wins the slot back, whatever the epochs, and
 * the keys are deleted. Who hears it from the owner takes no such note.
 *
 * @returns the slots that the owner had lost to another in the meantime, with their keys, and claimed again
 * @throws REDIS_ERROR when the owner does not get them back, or the other one has keys in them by now
 */
export async function spreadOwner(
  masters: readonly Member[],
  slots: readonly Slot[],
  owner: Member,
): Promise<Slot[]> {
  const outdone = new Set<Slot>();
  for (let claims = 0; claims < CLAIMS_AT_MOST; claims += 1) {
    const deaf = await deafTo(owner.id, slots, masters);
    if (deaf.length === 0) return [...outdone];
    const rivals = await rivalsOf(owner, slots);
    if (rivals.size === 0) {
      await all(deaf, ({ connection }) => connection.settleAll([setSlotsNode(slots, owner.id)]));
      return [...outdone];
    }
    // Somebody's epoch has outgrown the claim. Nobody would hear of slots that the owner itself believes to be another's.
    for (const [id, lost] of rivals) {
      await requireNoKeys(
        masters.find((master) => master.id === id),
        lost,
      );
      await claimFrom(id, lost, owner);
      for (const slot of lost) outdone.add(slot);
    }
  }
  throw new RclusterError('REDIS_ERROR', `${owner.name} loses the slots that it takes to another`);
}

/**
 * Makes the slots `claimant`'s, by an importing that gives it the highest config epoch of all that it knows of.
 *
 * @throws REDIS_ERROR
 */
export async function claimFrom(rival: NodeId, slots: readonly Slot[], claimant: Member): Promise<void> {
  requireAccepted(claimant, await claimant.connection.run(setSlotsImporting(slots, rival)));
  requireAccepted(claimant, await claimant.connection.run(claimSlots(slots, claimant.id)));
}

/** A master that hears that slots are another's deletes the keys that it has there. */
async function requireNoKeys(rival: Member | undefined, slots: readonly Slot[]): Promise<void> {
  const counts = await rival?.connection.run(countKeysInSlots(slots));
  if (rival !== undefined && counts?.size === 0) return;
  throw new RclusterError(
    'REDIS_ERROR',
    `${rival?.name ?? 'another node'} took slots back, and may have got keys there since`,
  );
}

/** Which of the masters do not say within {@link HEAR_MS} that the slots are the owner's. */
async function deafTo(
  owner: NodeId,
  slots: readonly Slot[],
  masters: readonly Member[],
): Promise<readonly Member[]> {
  // One that does not answer hears of it by gossip when it is back.
  const heard = await all(masters, (master) => hears(master, slots, owner).catch(() => true));
  return masters.filter((_, index) => heard[index] === false);
}

async function hears({ connection }: Member, slots: readonly Slot[], owner: NodeId): Promise<boolean> {
  const deadline = Deadline.after(HEAR_MS);
  for (let pause = FIRST_LOOK_MS; !deadline.expired; pause = Math.min(2 * pause, LAST_LOOK_MS)) {
    const owners = ownersIn(await connection.run(clusterNodes()));
    if (slots.every((slot) => owners[slot] === owner)) return true;
    await sleep(pause);
  }
  return false;
}

/** Whose the slots are that the owner does not believe to be its own. */
async function rivalsOf(owner: Member, slots: readonly Slot[]): Promise<Map<NodeId, Slot[]>> {
  const owners = ownersIn(await owner.connection.run(clusterNodes()));
  const rivals = new Map<NodeId, Slot[]>();
  for (const slot of slots) {
    const rival = owners[slot];
    if (rival === owner.id || rival === undefined) continue;
    rivals.set(rival, [...(rivals.get(rival) ?? []), slot]);
  }
  return rivals;
}
