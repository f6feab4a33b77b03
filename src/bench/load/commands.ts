import { encode, encodeWord } from '../../redis/pipe/encode.js';
import type { BenchCommand, Mix } from '../../config/bench-schema.js';
import type { Slot } from '../../cluster/slots.js';
import type { Random } from './draw.js';
import { KEYS_PER_TAG, keyspaceOf, type Keyspace } from './keyspace.js';

/** Different values in rotation; more would tell the server nothing. */
const VALUES = 64;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What a benchmark sends, ready for the socket. */
export interface CommandSet {
  /** One of the mix, as often as its weight says. */
  choose(): BenchCommand;
  encode(command: BenchCommand, number: number): string;
  slot(command: BenchCommand, number: number): Slot;
}

export interface CommandOptions {
  readonly mix: Mix;
  readonly keyspace: number;
  readonly hashTags: boolean;
  /** The least and the most, in bytes. */
  readonly valueBytes: readonly [number, number];
  readonly random: Random;
}

export function commandSet({ mix, keyspace, hashTags, valueBytes, random }: CommandOptions): CommandSet {
  const keys = keyspaceOf(keyspace, hashTags, 'key');
  // INCR refuses what is no number.
  const counters = keyspaceOf(keyspace, hashTags, 'counter');
  const values = encodedValues(valueBytes, random);
  const spaceOf = (command: BenchCommand) => (command === 'incr' ? counters : keys);
  const onlyValue = values.length === 1 ? values[0] : undefined;
  const setHead = '*3\r\n$3\r\nSET\r\n';
  return {
    choose: chooser(mix, random),
    slot: (command, number) => spaceOf(command).slot(number),
    encode(command, number) {
      switch (command) {
        case 'set':
          return (
            setHead + keys.word(number) + (onlyValue ?? values[Math.floor(random() * values.length)] ?? '')
          );
        case 'get':
          return encode('GET', keys.name(number));
        case 'incr':
          return encode('INCR', counters.name(number));
        case 'mget':
          return encode('MGET', ...neighbours(keys, number));
      }
    },
  };
}

/** All keys that share the slot with this one. */
function neighbours(keys: Keyspace, number: number): string[] {
  const first = number - (number % KEYS_PER_TAG);
  return Array.from({ length: KEYS_PER_TAG }, (_, index) => keys.name(first + index));
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
function encodedValues([least, most]: readonly [number, number], random: Random): string[] {
  const letter = () => ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  const count = least === most ? 1 : VALUES;
  return Array.from({ length: count }, (_, index) => {
    const size = Math.round(least + ((most - least) * index) / Math.max(1, count - 1));
    return encodeWord(Array.from({ length: size }, letter).join(''));
  });
}
