import { all } from '../../base/concurrency.js';
import { Deadline } from '../../base/deadline.js';
import type { Repair, Settlement } from '../../cluster/repairs/repair.js';
import { toSlots, type Slot } from '../../cluster/slots.js';
import type { NodeId } from '../../cluster/topology.js';
import {
  asking,
  clusterAddSlotsRange,
  clusterDelSlotsRange,
  clusterFailover,
  clusterForget,
  exists,
  listKeysInSlots,
  migrateUnlessThere,
  setSlotsImporting,
  setSlotsStable,
  unlink,
} from '../../redis/commands/index.js';
import type { Command } from '../../redis/connection.js';
import { introduce } from '../join.js';
import { memberOf, requireAccepted, type Member } from '../members.js';
import { applyMoves, type MigrationOptions } from '../migration/migrate.js';
import type { MigrationResult } from '../migration/progress.js';
import { claimFrom, spreadOwner } from '../migration/spread.js';
import { withMigrationUser } from '../access/migration-user.js';
import { replicate } from '../replicate.js';

const KEYS_AT_ONCE = 100;
const MIGRATE_TIMEOUT_MS = 10_000;
const MEET_MS = 15_000;

/**
 * Does what a repair says.
 *
 * @returns what it moved, if that is what it did
 * @throws REDIS_ERROR, MIGRATION_FAILED, TIMEOUT: then the rest is to be planned anew
 */
export async function carryOut(
  repair: Repair,
  members: readonly Member[],
  options: MigrationOptions,
): Promise<MigrationResult | undefined> {
  const member = (id: NodeId) => memberOf(members, id);
  const deadline = Deadline.after(MEET_MS, options.signal);
  switch (repair.kind) {
    case 'forget-node':
      await all(repair.at, (id) => member(id).connection.run(clusterForget(repair.node)));
      return undefined;
    case 'forget-handshake':
      // A handshake may have come to its end since it was seen.
      await all(repair.handshakes, ({ at, node }) => member(at).connection.settleAll([clusterForget(node)]));
      return undefined;
    case 'meet':
      await introduce([member(repair.node)], repair.at.map(member), deadline);
      return undefined;
    case 'promote':
      await member(repair.node).connection.run(clusterFailover('takeover'));
      return undefined;
    case 'replicate':
      await replicate(member(repair.node).connection, repair.master, member(repair.node).name, deadline);
      return undefined;
    case 'views-differ':
      await spreadOwner(repair.viewers.map(member), toSlots(repair.slots), member(repair.owner));
      return undefined;
    case 'claimed-twice':
      await all(repair.losers, async (id) => {
        await member(id).connection.run(clusterDelSlotsRange(repair.slots));
        await setSlots(member(id), setSlotsImporting(toSlots(repair.slots), repair.owner));
      });
      await settle(repair, members);
      await tellEveryMaster(repair, members);
      return undefined;
    case 'uncovered':
      await claim(repair, members);
      await tellEveryMaster(repair, members);
      await settle(repair, members);
      return undefined;
    case 'finish-move': {
      const moves = [{ from: repair.from, to: repair.owner, slots: repair.slots }];
      const moved = await applyMoves(members, moves, options);
      await settle(repair, members);
      return moved;
    }
    case 'close-slots':
    case 'stray-keys':
      await settle(repair, members);
      return undefined;
  }
}

/** Brings the keys of the slots home to their owner, and then takes the marks away. */
async function settle(
  { slots, owner, holders, marked }: Settlement,
  members: readonly Member[],
): Promise<void> {
  const numbers = toSlots(slots);
  const others = holders.filter(({ node }) => node !== owner);
  // An owner that is marked as the source of a move sends away whoever brings a key that it has not (ASK).
  if (others.length > 0 && marked.includes(owner))
    await setSlots(memberOf(members, owner), setSlotsStable(numbers));
  for (const { node } of others) {
    const pair = [memberOf(members, node), memberOf(members, owner)] as const;
    await withMigrationUser(pair, async ([holder = pair[0], home = pair[1]]) =>
      bringHome(holder, home, numbers),
    );
  }
  const touched = new Set([...marked, ...others.map(({ node }) => node)]);
  await all(touched, (id) => setSlots(memberOf(members, id), setSlotsStable(numbers)));
}

/**
 * The owner's copy of a key is the one that counts: another is deleted when the owner's has been seen to exist, and
 * moved there when it has none.
 */
async function bringHome(holder: Member, owner: Member, slots: readonly Slot[]): Promise<void> {
  // A node that neither owns nor imports a slot sends MIGRATE elsewhere.
  await setSlots(holder, setSlotsImporting(slots, owner.id));
  for (;;) {
    const keys = await holder.connection.run(listKeysInSlots(slots, KEYS_AT_ONCE));
    const [first] = keys;
    if (first === undefined) return;
    const some = keys.filter(({ slot }) => slot === first.slot).map(({ key }) => key);
    const [outcome] = await holder.connection.settleAll([
      migrateUnlessThere(owner.peer, some, MIGRATE_TIMEOUT_MS),
    ]);
    if (!(outcome instanceof Error)) continue;
    if (!outcome.message.includes('BUSYKEY')) throw outcome;
    for (const key of some) {
      if ((await owner.connection.run(exists(key))) === 0) continue;
      const [, deleted] = await holder.connection.settleAll<undefined | number>([asking(), unlink(key)]);
      if (deleted instanceof Error) throw deleted;
    }
  }
}

/** An importing node that takes a slot raises its epoch; a lone master has nobody to import from, and no rival. */
async function claim({ slots, owner }: Settlement, members: readonly Member[]): Promise<void> {
  const claimant = memberOf(members, owner);
  const numbers = toSlots(slots);
  const rival = members.find(({ id, role }) => role === 'master' && id !== owner);
  if (rival === undefined) {
    await claimant.connection.run(clusterAddSlotsRange(slots));
    return;
  }
  await claimFrom(rival.id, numbers, claimant);
}

async function tellEveryMaster({ slots, owner }: Settlement, members: readonly Member[]): Promise<void> {
  const masters = members.filter(({ id, role }) => role === 'master' && id !== owner);
  await spreadOwner(masters, toSlots(slots), memberOf(members, owner));
}

async function setSlots(member: Member, command: Command<readonly string[]>): Promise<void> {
  requireAccepted(member, await member.connection.run(command));
}
