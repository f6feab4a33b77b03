import type { Slot } from '../../cluster/slots.js';
import type { CallLimits } from '../../cluster/pacing.js';
import type { Command, NodeAddress } from '../connection.js';
import { migrateAuthentication } from './migrate.js';
import { asNumber } from '../reply.js';

/**
 * Lists, weighs and MIGRATEs in one turn of the source's event loop: the keys need not come here and go back, which would
 * cost this process more than the source. A MIGRATE takes keys of one slot; those of small slots share a turn.
 *
 * REPLACE, because a key that an interrupted MIGRATE left on both sides is served, and so kept current, by the source
 * until the slot has changed hands.
 */
const MOVE = `local host, port, timeout, words = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[7])
local most, limit, huge = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local head = {'MIGRATE', host, port, '', 0, timeout, 'REPLACE'}
for word = 8, 7 + words do head[#head + 1] = ARGV[word] end
head[#head + 1] = 'KEYS'
local keys, bytes, done = 0, 0, 0
for at = 8 + words, #ARGV do
  while true do
    local wanted = most - keys
    local listed = redis.call('CLUSTER', 'GETKEYSINSLOT', ARGV[at], wanted)
    local parcel, weight, full = {unpack(head)}, 0, #listed == wanted
    for _, key in ipairs(listed) do
      local size = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '1')
      if type(size) ~= 'number' then size = 0 end
      local first = keys + #parcel == #head
      if size > huge and first then return {keys, bytes, done, '', key, size} end
      if not first and (size > huge or bytes + weight + size > limit) then
        full = true
        break
      end
      parcel[#parcel + 1] = key
      weight = weight + size
    end
    if #parcel > #head then
      local reply = redis.pcall(unpack(parcel))
      if type(reply) == 'table' and reply.err then return {keys, bytes, done, reply.err} end
      keys = keys + #parcel - #head
      bytes = bytes + weight
    end
    if full then return {keys, bytes, done, ''} end
    if #listed < wanted then break end
  end
  done = done + 1
end
return {keys, bytes, done, ''}`;

export interface HugeKey {
  readonly key: Buffer;
  readonly bytes: number;
}

/** What one turn has moved. */
export interface MovedKeys {
  readonly keys: number;
  /** As MEMORY USAGE says, with one sample. */
  readonly bytes: number;
  /** How many of the slots hold no key any more, from the first one on. */
  readonly slotsDone: number;
  /** What MIGRATE said, when it failed; what it had moved before has been moved. */
  readonly error: string | undefined;
  /** The next key, when it is larger than a turn may carry: it is to be moved by itself. */
  readonly huge: HugeKey | undefined;
}

export interface MoveKeysOptions {
  /** The most that a turn carries; one key at least. */
  readonly limits: CallLimits;
  /** Keys of more bytes are left alone. */
  readonly hugeBytes: number;
  /** MIGRATE's own, in milliseconds. */
  readonly timeoutMs: number;
}

/** Moves some keys of these slots, slot by slot, on the node that gives them away. Both nodes are blocked meanwhile. */
export const moveKeys = (
  target: NodeAddress,
  slots: readonly Slot[],
  { limits, hugeBytes, timeoutMs }: MoveKeysOptions,
): Command<MovedKeys> => {
  const authentication = migrateAuthentication(target);
  return {
    args: [
      ...['EVAL', MOVE, 0, target.host, target.port, timeoutMs],
      ...[limits.keys, limits.bytes, hugeBytes],
      ...[authentication.length, ...authentication, ...slots],
    ],
    binary: true,
    decode: (reply) => {
      const [keys = 0, bytes = 0, slotsDone = 0, error = '', key, size = 0] = Array.isArray(reply)
        ? reply
        : [];
      const text = Buffer.isBuffer(error) ? error.toString() : '';
      return {
        keys: asNumber(keys),
        bytes: asNumber(bytes),
        slotsDone: asNumber(slotsDone),
        error: text === '' ? undefined : text,
        huge: Buffer.isBuffer(key) ? { key, bytes: asNumber(size) } : undefined,
      };
    },
  };
};
