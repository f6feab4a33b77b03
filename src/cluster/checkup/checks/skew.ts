import { printable } from '../../../base/format.js';
import { hashTag } from '../../slots.js';
import { answeringOwners, keysIn, type CheckupFacts, type FullSlot } from '../facts.js';
import { finding, type Check, type CheckupFinding } from '../finding.js';

/** With fewer keys chance makes differences that mean nothing. */
export const FEWEST_KEYS = 1_000;
/** Of all keys; of 16384 slots each would have 0.006 %. */
const SLOT_SHARE = 0.05;
/** Times the average of the masters, by their shares of the slots. Chance makes 1.1 of 1000 keys on 3 masters. */
const MASTER_EXCESS = 1.5;

export const keysAreSpread: Check = {
  title: 'keys are spread evenly: no hash tag gathers them',
  judge: (facts) => {
    const owners = answeringOwners(facts).map((node) => ({ ...node, ...keysIn(node.said.info) }));
    const total = owners.reduce((sum, { keys }) => sum + keys, 0);
    if (total < FEWEST_KEYS) return [];
    const slotSkew = owners.flatMap(({ name, said }) =>
      said.fullSlots
        .filter(({ keys }) => keys >= SLOT_SHARE * total)
        .map((slot) => slotFinding(name, slot, total)),
    );
    const masterSkew = owners
      .filter(({ id, keys }) => keys > MASTER_EXCESS * total * shareOf(facts, id))
      .map(({ name, id, keys }) => masterFinding(name, keys / total, shareOf(facts, id)));
    // A slot that is to blame explains its master as well.
    return slotSkew.length > 0 ? slotSkew : masterSkew;
  },
};

/** The master's share of the slots that have an owner. */
function shareOf({ topology }: CheckupFacts, id: string | undefined): number {
  const owned = topology.owners.filter((owner) => owner !== undefined);
  return owned.filter((owner) => owner === id).length / owned.length;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function slotFinding(node: string, { slot, keys, sample }: FullSlot, total: number): CheckupFinding {
  const tag = commonTag(sample);
  const like = tag === undefined ? '' : `: their hash tag is {${printable(tag)}}`;
  return finding({
    code: 'SLOT_SKEW',
    severity: 'warning',
    nodes: [node],
    message: `slot ${slot} on ${node} holds ${percent(keys / total)} of all keys (${keys})${like}`,
    why: 'A slot cannot be divided: its master carries all of that load, and no rebalance helps.',
    mend: 'choose narrower hash tags: {user:1} for what belongs to one user, not {users} for all',
  });
}

/** The hash tag of all of these keys, when it is the same. */
function commonTag(keys: readonly string[]): string | undefined {
  const tags = new Set(keys.map((key) => hashTag(Buffer.from(key))?.toString()));
  return tags.size === 1 ? [...tags][0] : undefined;
}

function masterFinding(node: string, keyShare: number, slotShare: number): CheckupFinding {
  return finding({
    code: 'MASTER_SKEW',
    severity: 'warning',
    nodes: [node],
    message: `${node} has ${percent(slotShare)} of the slots, and ${percent(keyShare)} of the keys`,
    why: 'One master fills up and slows down while others idle.',
    mend: 'narrower hash tags; or give it fewer slots with rebalance weights',
  });
}
