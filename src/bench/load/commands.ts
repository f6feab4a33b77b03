import type { BenchCommand, Mix } from '../../config/bench-schema.js';
import type { Slot } from '../../cluster/slots.js';
import type { Random } from './draw.js';
import { Frame } from './frame.js';
import { KEYS_PER_TAG, keyspaceOf } from './keyspace.js';

/** Different values in rotation; more would tell the server nothing. */
const VALUES = 64;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What a benchmark sends, ready for the socket. */
export interface CommandSet {
  /** One of the mix, as often as its weight says. */
  choose(): BenchCommand;
  /** No command has more bytes. */
  readonly mostBytes: number;
  /** Writes the command, encoded, into `bytes`, which has room for it from `at`. @returns where it ends */
  write(bytes: Buffer, at: number, command: BenchCommand, number: number): number;
  slot(command: BenchCommand, number: number): Slot;
}

export interface CommandOptions {
  readonly mix: Mix;
  readonly keyspace: number;
  /** Undefined: keys have no hash tags. */
  readonly keysPerTag: number | undefined;
  /** The least and the most, in bytes. */
  readonly valueBytes: readonly [number, number];
  readonly random: Random;
}

export function commandSet({ mix, keyspace, keysPerTag, valueBytes, random }: CommandOptions): CommandSet {
  const keys = keyspaceOf(keyspace, keysPerTag, 'key');
  // INCR refuses what is no number.
  const counters = keyspaceOf(keyspace, keysPerTag, 'counter');
  const frames: Readonly<Record<BenchCommand, readonly Frame[]>> = {
    set: valuesOf(valueBytes, random).map((value) => new Frame('SET', keys, 1, value)),
    get: [new Frame('GET', keys, 1)],
    incr: [new Frame('INCR', counters, 1)],
    mget: [new Frame('MGET', keys, KEYS_PER_TAG)],
  };
  return {
    choose: chooser(mix, random),
    slot: (command, number) => (command === 'incr' ? counters : keys).slot(number),
    mostBytes: Math.max(...Object.values(frames).flatMap((some) => some.map(({ length }) => length))),
    write(bytes, at, command, number) {
      const some = frames[command];
      const frame = some.length === 1 ? some[0] : some[Math.floor(random() * some.length)];
      // An MGET asks for all keys that share the slot with this one.
      const first = command === 'mget' ? number - (number % KEYS_PER_TAG) : number;
      return frame?.write(bytes, at, first) ?? at;
    },
  };
}

function chooser(mix: Mix, random: Random): () => BenchCommand {
  const parts = Object.entries(mix) as [BenchCommand, number][];
  const total = parts.reduce((sum, [, weight]) => sum + weight, 0);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return () => only[0];
  return () => {
    let left = random() * total;
    for (const [command, weight] of parts) {
      left -= weight;
      if (left < 0) return command;
    }
    return parts.at(-1)?.[0] ?? 'set';
  };
}

/** Sizes from the least to the most in even steps; letters by chance, since a server compresses what repeats. */
function valuesOf([least, most]: readonly [number, number], random: Random): string[] {
  const letter = () => ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  const count = least === most ? 1 : VALUES;
  return Array.from({ length: count }, (_, index) => {
    const size = Math.round(least + ((most - least) * index) / Math.max(1, count - 1));
    return Array.from({ length: size }, letter).join('');
  });
}
