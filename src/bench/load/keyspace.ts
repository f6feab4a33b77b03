import { keySlot, slotTags, SLOT_COUNT, type Slot } from '../../cluster/slots.js';
import { CHUNK, DIGITS, digitsOf, writeDigits, writeFour } from './digits.js';

/** So many keys in a row share a hash tag, and with it a slot: an MGET takes them all. Grouped keys share it by a multiple. */
export const KEYS_PER_TAG = 10;

/** The keys of a benchmark, by their number, as redis-benchmark names them: `key:000000000042`. */
export interface Keyspace {
  readonly size: number;
  /** All names are of one length. */
  name(number: number): string;
  /** Makes a name of another one of this keyspace that is written in `bytes` from `at`. */
  overwrite(bytes: Buffer, at: number, number: number): void;
  slot(number: number): Slot;
}

/**
 * @param keysPerTag so many in a row share one: `key:{tag}:000000000042`, with as many tags as there are slots; undefined:
 *   without tags
 * @param prefix `key`, `counter`
 */
export function keyspaceOf(size: number, keysPerTag: number | undefined, prefix: string): Keyspace {
  return keysPerTag === undefined
    ? new PlainKeyspace(size, prefix)
    : new TaggedKeyspace(size, keysPerTag, prefix);
}

/**
 * Names without a hash tag. The slot of a name is looked up, not computed: a checksum without inversion (CRC-16/XMODEM) of
 * texts of the same length is the exclusive or of what each part of the text contributes in its place.
 */
class PlainKeyspace implements Keyspace {
  readonly #parts: readonly Uint16Array[];
  readonly #digitsAt: number;

  constructor(
    readonly size: number,
    private readonly prefix: string,
  ) {
    this.#digitsAt = this.name(0).length - DIGITS;
    const zero = keySlot(this.name(0));
    this.#parts = [CHUNK * CHUNK, CHUNK, 1].map((weight, place) => {
      const used = Math.min(CHUNK, Math.ceil(size / weight));
      const slots = Uint16Array.from({ length: used }, (_, chunk) => keySlot(this.name(chunk * weight)));
      // What all names have in common counts once.
      return place === 0 ? slots : slots.map((slot) => slot ^ zero);
    });
  }

  name(number: number): string {
    return `${this.prefix}:${digitsOf(number)}`;
  }

  overwrite(bytes: Buffer, at: number, number: number): void {
    writeDigits(bytes, at + this.#digitsAt, number);
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
  readonly #tagBytes = Buffer.from(this.#tags.join(''));
  readonly #tagAt: number;
  readonly #digitsAt: number;

  constructor(
    readonly size: number,
    private readonly keysPerTag: number,
    private readonly prefix: string,
  ) {
    this.#tagAt = this.prefix.length + ':{'.length;
    this.#digitsAt = this.name(0).length - DIGITS;
  }

  name(number: number): string {
    return `${this.prefix}:{${this.#tags[this.slot(number)] ?? ''}}:${digitsOf(number)}`;
  }

  overwrite(bytes: Buffer, at: number, number: number): void {
    writeFour(this.#tagBytes, this.slot(number), bytes, at + this.#tagAt);
    writeDigits(bytes, at + this.#digitsAt, number);
  }

  /** Neighbours lie apart, so that a part of the keyspace is spread over all shards as well. */
  slot(number: number): Slot {
    return (Math.floor(number / this.keysPerTag) * STRIDE) % SLOT_COUNT;
  }
}

/** Odd, so that it leads to every slot; near the golden section of all of them, so that it does so evenly. */
const STRIDE = 10_127;
