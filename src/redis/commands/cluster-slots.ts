import { toRanges, type Slot } from '../../cluster/slots.js';
import type { NodeId } from '../../cluster/topology.js';
import type { Command, Reply } from '../connection.js';
import { asBuffers, asList, asNumbers, asTexts } from '../reply.js';

/**
 * The commands on single slots, for many slots at once: as scripts, since thousands of SETSLOTs cost a client and the
 * server's parser far more than the server's work on them. Each runs in one turn of the server's event loop, and all of
 * its changes share one save of the configuration. KEYS are not declared, for a slot on its way has keys on two nodes.
 */

const EACH_SLOT = (body: string) => `
for at = FIRST, #ARGV, 2 do
  for slot = tonumber(ARGV[at]), tonumber(ARGV[at + 1]) do
    ${body}
  end
end`;

const SET = `local failed = {}
local function set(...)
  local reply = redis.pcall('CLUSTER', 'SETSLOT', ...)
  if type(reply) == 'table' and reply.err then failed[#failed + 1] = reply.err end
end
`;

const script = (first: number, text: string) => text.replaceAll('FIRST', String(first));

const MARK = script(3, `${SET}${EACH_SLOT('set(slot, ARGV[1], ARGV[2])')}\nreturn failed`);
const STABLE = script(1, `${SET}${EACH_SLOT("set(slot, 'STABLE')")}\nreturn failed`);
/**
 * An importing slot that changes hands raises the node's config epoch above all others, without which its claims could lose
 * (redis/cluster.c clusterBumpConfigEpochWithoutConsensus), and makes the node tell every other one what it owns. The last
 * slot does that for all of them: told after the first, the others would note that the rest is not claimed.
 */
const CLAIM = script(
  2,
  `${SET}local last = tonumber(ARGV[#ARGV])${EACH_SLOT(`
    if slot ~= last then set(slot, 'STABLE') end
    set(slot, 'NODE', ARGV[1])`)}\nreturn failed`,
);
const COUNT = script(
  1,
  `local found = {}${EACH_SLOT(`
    local keys = redis.call('CLUSTER', 'COUNTKEYSINSLOT', slot)
    if keys > 0 then
      found[#found + 1] = slot
      found[#found + 1] = keys
    end`)}\nreturn found`,
);

const rangesOf = (slots: readonly Slot[]) => toRanges(slots).flat();

/** What the server said of the slots that it refused; empty when it refused none. */
type Refusals = readonly string[];
const asRefusals = (reply: Reply): Refusals => asTexts(reply);

/** On the source: the slots leave for `target`; keys that are missing are asked for there (-ASK). */
export const setSlotsMigrating = (slots: readonly Slot[], target: NodeId): Command<Refusals> => ({
  args: ['EVAL', MARK, 0, 'MIGRATING', target, ...rangesOf(slots)],
  decode: asRefusals,
});

/** On the target: the slots arrive from `source`; commands after ASKING are served. */
export const setSlotsImporting = (slots: readonly Slot[], source: NodeId): Command<Refusals> => ({
  args: ['EVAL', MARK, 0, 'IMPORTING', source, ...rangesOf(slots)],
  decode: asRefusals,
});

/** The slots belong to `owner` now. A node refuses to give away a slot of which it holds a key. */
export const setSlotsNode = (slots: readonly Slot[], owner: NodeId): Command<Refusals> => ({
  args: ['EVAL', MARK, 0, 'NODE', owner, ...rangesOf(slots)],
  decode: asRefusals,
});

/** On the node that imports them: the slots are its own now, and its claim wins. */
export const claimSlots = (slots: readonly Slot[], self: NodeId): Command<Refusals> => ({
  args: ['EVAL', CLAIM, 0, self, ...rangesOf(slots)],
  decode: asRefusals,
});

/** Forgets that the slots are migrating or importing; their owner stays. */
export const setSlotsStable = (slots: readonly Slot[]): Command<Refusals> => ({
  args: ['EVAL', STABLE, 0, ...rangesOf(slots)],
  decode: asRefusals,
});

/** How many keys the node holds of each slot; slots without keys are left out. */
export const countKeysInSlots = (slots: readonly Slot[]): Command<ReadonlyMap<Slot, number>> => ({
  args: ['EVAL', COUNT, 0, ...rangesOf(slots)],
  decode: (reply) => {
    const numbers = asNumbers(reply);
    return new Map(
      numbers.flatMap((slot, at) => (at % 2 === 0 ? [[slot, numbers[at + 1] ?? 0] as const] : [])),
    );
  },
});

/** A key, its slot and the bytes that it takes in memory (MEMORY USAGE with one sample). */
export interface ListedKey {
  readonly slot: Slot;
  readonly key: Buffer;
  readonly bytes: number;
}

const LIST = `local limit, keys, slots, sizes = tonumber(ARGV[1]), {}, {}, {}
for at = 2, #ARGV do
  if #keys >= limit then break end
  for _, key in ipairs(redis.call('CLUSTER', 'GETKEYSINSLOT', ARGV[at], limit - #keys)) do
    local size = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '1')
    keys[#keys + 1] = key
    slots[#slots + 1] = tonumber(ARGV[at])
    sizes[#sizes + 1] = type(size) == 'number' and size or 0
  end
end
return {keys, slots, sizes}`;

/** Up to `limit` keys of these slots, slot by slot. */
export const listKeysInSlots = (slots: readonly Slot[], limit: number): Command<ListedKey[]> => ({
  args: ['EVAL', LIST, 0, limit, ...slots],
  binary: true,
  decode: (reply) => {
    const [keys = null, slotOf = null, sizes = null] = asList(reply);
    const [ofSlots, ofBytes] = [asNumbers(slotOf), asNumbers(sizes)];
    return asBuffers(keys).map((key, at) => ({ slot: ofSlots[at] ?? NaN, key, bytes: ofBytes[at] ?? 0 }));
  },
});
