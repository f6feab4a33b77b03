import { keySlot, type Slot } from '../slots.js';
import type { CommandSpec } from './command-spec.js';

/**
 * Commands that a cluster may refuse only while they run, and that do nothing to keys that do not exist: MOVE and COPY
 * find nothing to move or copy, SORT sorts nothing and has nothing to overwrite.
 */
const IDLE_WITHOUT_KEYS: ReadonlySet<string> = new Set(['move', 'copy', 'sort']);
const EVAL = /^eval(_ro)?$/;
const SHEBANG = /^#![^\n]*/;

/**
 * A command that has no effect and is refused for the same reasons as the real one, or undefined when there is none: the
 * same on keys that do not exist, a script with the same first line and nothing below it. Pure.
 *
 * @param absentKey names a key of the slot that does not exist
 */
export function standInFor(
  spec: CommandSpec,
  words: readonly Buffer[],
  keysAt: readonly number[],
  absentKey: (slot: Slot, number: number) => Buffer,
): readonly Buffer[] | undefined {
  const { name, flags, categories } = spec;
  if (name === 'swapdb') return ['SWAPDB', '0', '0'].map((word) => Buffer.from(word));
  if (EVAL.test(name)) {
    const [firstLine] = SHEBANG.exec(words[1]?.toString('latin1') ?? '') ?? [];
    return firstLine === undefined
      ? undefined
      : words.map((word, at) => (at === 1 ? Buffer.from(`${firstLine}\nreturn 1`, 'latin1') : word));
  }
  const onlyReads = flags.has('readonly') && !flags.has('blocking') && !categories.has('@scripting');
  if (keysAt.length === 0 || !(onlyReads || IDLE_WITHOUT_KEYS.has(name))) return undefined;
  // A word that reads like a key and was not taken for one may be the one that SORT stores to, and so deletes.
  const isLeft = words.some((word, at) => at > 0 && !keysAt.includes(at) && isOneOf(word, words, keysAt));
  if (isLeft && !onlyReads) return undefined;
  return words.map((word, at) => (keysAt.includes(at) ? absentKey(keySlot(word), at) : word));
}

const isOneOf = (word: Buffer, words: readonly Buffer[], places: readonly number[]) =>
  places.some((place) => words[place]?.equals(word) === true);

/** Whether a stand-in's error says something of the real command, rather than that its keys do not exist. */
export function isTelling(error: string): boolean {
  return !/^(ASK|MOVED|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|BUSY) |no such key/i.test(error);
}

/** Refused by every node of a cluster, whatever the words (redis/replication.c replicaofCommand, failoverCommand). */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['replicaof', 'ERR REPLICAOF not allowed in cluster mode.'],
  ['slaveof', 'ERR REPLICAOF not allowed in cluster mode.'],
  ['failover', 'ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.'],
]);

/** For the few that cannot be tried, for they would have an effect if they were not refused. */
export function knownRefusal(name: string): string | undefined {
  return REFUSALS.get(name);
}
