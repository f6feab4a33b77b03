import { encodeWord } from '../../redis/pipe/encode.js';
import { keySlot, slotTags, SLOT_COUNT, type Slot } from '../../cluster/slots.js';

/** So many keys in a row share a hash tag, and with it a slot: an MGET takes them all. */
export const KEYS_PER_TAG = 10;

const CHUNK = 10_000;
const CHUNK_DIGITS = 4;

/** The keys of a benchmark, by their number, as redis-benchmark names them: `key:000000000042`. */
export interface Keyspace {
  readonly size: number;
  name(number: number): string;
  /** The name as a word of a command, encoded. */
  word(number: number): string;
  slot(number: number): Slot;
}

/** @param hashTags `key:{tag}:000000000042`, with as many tags as there are slots. @param prefix `key`, `counter` */
export function keyspaceOf(size: number, hashTags: boolean, prefix: string): Keyspace {
  return hashTags ? new TaggedKeyspace(size, prefix) : new PlainKeyspace(size, prefix);
}

const CHUNKS: readonly string[] = Array.from({ length: CHUNK }, (_, chunk) =>
  String(chunk).padStart(CHUNK_DIGITS, '0'),
);

function digits(number: number): string {
  const low = number % CHUNK;
  const high = (number - low) / CHUNK;
  const middle = high % CHUNK;
  // Not a template here and in word(): each part of it would be asked whether it is text, which takes longer than the rest.
  return (CHUNKS[(high - middle) / CHUNK] ?? '') + (CHUNKS[middle] ?? '') + (CHUNKS[low] ?? '');
}

/**
 * Names without a hash tag. The slot of a name is looked up, not computed: a checksum without inversion (CRC-16/XMODEM) of
 * texts of the same length is the exclusive or of what each part of the text contributes in its place.
 */
class PlainKeyspace implements Keyspace {
  readonly #parts: readonly Uint16Array[];
  /** All names are of one length, so that their words begin alike. */
  readonly #head: string;

  constructor(
    readonly size: number,
    private readonly prefix: string,
  ) {
    const zero = keySlot(this.name(0));
    this.#head = encodeWord(this.name(0)).slice(0, -(digits(0).length + '\r\n'.length));
    this.#parts = [CHUNK * CHUNK, CHUNK, 1].map((weight, place) => {
      const used = Math.min(CHUNK, Math.ceil(size / weight));
      const slots = Uint16Array.from({ length: used }, (_, chunk) => keySlot(this.name(chunk * weight)));
      // What all names have in common counts once.
      return place === 0 ? slots : slots.map((slot) => slot ^ zero);
    });
  }

  name(number: number): string {
    return `${this.prefix}:${digits(number)}`;
  }

  word(number: number): string {
    return this.#head + digits(number) + '\r\n';
  }

  slot(number: number): Slot {
    const [high, middle, low] = this.#parts;
    const lowest = number % CHUNK;
    const rest = (number - lowest) / CHUNK;
    const next = rest % CHUNK;
    return (high?.[(rest - next) / CHUNK] ?? 0) ^ (middle?.[next] ?? 0) ^ (low?.[lowest] ?? 0);
  }
}

class TaggedKeyspace implements Keyspace {
  readonly #tags = slotTags();

  constructor(
    readonly size: number,
    private readonly prefix: string,
  ) {}

  name(number: number): string {
    return `${this.prefix}:{${this.#tags[this.slot(number)] ?? ''}}:${digits(number)}`;
  }

  word(number: number): string {
    return encodeWord(this.name(number));
  }

  /** Neighbours lie apart, so that a part of the keyspace is spread over all shards as well. */
  slot(number: number): Slot {
    return (Math.floor(number / KEYS_PER_TAG) * STRIDE) % SLOT_COUNT;
  }
}

/** Odd, so that it leads to every slot; near the golden section of all of them, so that it does so evenly. */
const STRIDE = 10_127;
