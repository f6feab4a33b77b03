import { commonTag, type CommonTag } from '../../cluster/inspect/common-tag.js';
import { hashTag, keyHash, keySlot, type Slot } from '../../cluster/slots.js';
import { hostOf } from '../../config/announce.js';
import { slotSchema, type SlotOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import { look, type Sight, type UnseenNode } from './sight.js';

export interface KeyReport {
  readonly key: Buffer;
  /** Undefined when the whole key counts. */
  readonly tag: Buffer | undefined;
  readonly crc16: number;
  readonly slot: Slot;
  /** Undefined when nobody owns the slot. */
  readonly master: string | undefined;
  readonly endpoint: string | undefined;
  readonly replicas: readonly string[];
  /** Where the slot is on its way to. */
  readonly movingTo: string | undefined;
}

export interface SlotsReport {
  readonly cluster: string;
  readonly keys: readonly KeyReport[];
  /** Whether one command, transaction or script can take all of them. */
  readonly together: boolean;
  /** How they would have to be called for that. */
  readonly common: CommonTag | undefined;
  readonly unseen: readonly UnseenNode[];
}

/** Where keys are, and whether they can be used together. @throws CLUSTER_UNKNOWN, CONFIG_INVALID */
export async function slotOfKeys(cluster: string, options: SlotOptions): Promise<SlotsReport> {
  const keys = resolveOptions(slotSchema, options);
  return look(cluster, (sight) => {
    const ownerOf = ownersOf(sight);
    const reports = keys.map((key): KeyReport => {
      const slot = keySlot(key);
      return { key, tag: hashTag(key), crc16: keyHash(key), slot, ...ownerOf(slot) };
    });
    return Promise.resolve({
      cluster,
      keys: reports,
      together: new Set(reports.map(({ slot }) => slot)).size < 2,
      common: commonTag(keys),
      unseen: sight.unseen,
    });
  });
}

/** Looked up once a slot: a hundred thousand keys are no more than 16384 slots. */
export function ownersOf(
  sight: Sight,
): (slot: Slot) => Pick<KeyReport, 'master' | 'endpoint' | 'replicas' | 'movingTo'> {
  const known = new Map<Slot, Pick<KeyReport, 'master' | 'endpoint' | 'replicas' | 'movingTo'>>();
  const { topology, nameOf, found } = sight;
  const find = (slot: Slot) => {
    const id = topology.owners[slot];
    const owner = topology.nodes.find((node) => node.id === id);
    const leaving = owner?.openSlots.find((open) => open.slot === slot && open.state === 'migrating');
    return {
      master: owner === undefined ? undefined : nameOf(owner.id),
      endpoint: owner === undefined ? undefined : `${hostOf(found.record.spec)}:${owner.port}`,
      replicas: topology.nodes
        .filter(({ replicaOf }) => replicaOf !== undefined && replicaOf === owner?.id)
        .map((replica) => nameOf(replica.id)),
      movingTo: leaving === undefined ? undefined : nameOf(leaving.peer),
    };
  };
  return (slot) => {
    const answer = known.get(slot) ?? find(slot);
    known.set(slot, answer);
    return answer;
  };
}
