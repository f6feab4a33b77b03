import { hashTag, keySlot } from '../slots.js';

/** How keys would have to be called to be in one slot. Pure. */
export interface CommonTag {
  readonly tag: Buffer;
  /** The keys' new names, in their order; some may stay as they are. */
  readonly names: readonly Buffer[];
  /** The tag is what these keys share already. Other keys that share it would follow them into the slot. */
  readonly isSharedPart: boolean;
}

/** Where people end a part of a name. */
const SEPARATORS = new Set(Buffer.from(':./-_|#'));
const CLOSE = 0x7d;

/**
 * A hash tag that puts all keys into one slot: one that some of them have, or what all of them begin with, or the first
 * of them. Undefined when they are in one slot already, or when none of that works.
 */
export function commonTag(keys: readonly Buffer[]): CommonTag | undefined {
  if (new Set(keys.map(keySlot)).size < 2) return undefined;
  return [byTagInUse(keys), byCommonStart(keys), byFirstKey(keys)].find(
    (found) => found !== undefined && new Set(found.names.map(keySlot)).size === 1,
  );
}

/** The tag that most of them have; the others get it as well. */
function byTagInUse(keys: readonly Buffer[]): CommonTag | undefined {
  const uses = new Map<string, number>();
  for (const key of keys) {
    const tag = hashTag(key)?.toString('latin1');
    if (tag !== undefined) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  }
  const [most] = [...uses].sort(([, one], [, other]) => other - one);
  return most === undefined ? undefined : withPrefix(keys, Buffer.from(most[0], 'latin1'));
}

/** `user:1:name` and `user:1:mail` become `{user:1}:name` and `{user:1}:mail`. */
function byCommonStart(keys: readonly Buffer[]): CommonTag | undefined {
  const [first = Buffer.alloc(0), ...others] = keys;
  for (let end = first.length; end > 0; end -= 1) {
    const start = first.subarray(0, end);
    const isPart = (key: Buffer) => key.length === end || SEPARATORS.has(key[end] ?? -1);
    const isShared = [first, ...others].every((key) => key.subarray(0, end).equals(start) && isPart(key));
    if (!isShared) continue;
    const names = keys.map((key) => (key.length === end ? key : tagged(start, key.subarray(end))));
    return { tag: start, names, isSharedPart: true };
  }
  return undefined;
}

/** The first key keeps its name, for a key without a tag is hashed as if all of it were one. */
function byFirstKey(keys: readonly Buffer[]): CommonTag | undefined {
  const [first] = keys;
  return first === undefined || first.length === 0 || first.includes(CLOSE)
    ? undefined
    : withPrefix(keys, first);
}

function withPrefix(keys: readonly Buffer[], tag: Buffer): CommonTag {
  const slot = keySlot(tagged(tag));
  const names = keys.map((key) => (keySlot(key) === slot ? key : tagged(tag, Buffer.from(':'), key)));
  return { tag, names, isSharedPart: false };
}

function tagged(tag: Buffer, ...rest: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('{'), tag, Buffer.from('}'), ...rest]);
}
