import { encode } from '../../redis/pipe/encode.js';
import type { Keyspace } from './keyspace.js';

/**
 * A command, encoded once: it is copied as it is, and its keys are written over. As a text it would be joined from its parts,
 * flattened and then copied, which takes several times as long.
 */
export class Frame {
  readonly #bytes: Buffer;
  /** Where the names of its keys are. */
  readonly #names: readonly number[];

  /** @param count so many keys in a row. @param rest the words after them */
  constructor(
    command: string,
    private readonly keys: Keyspace,
    count: number,
    ...rest: readonly string[]
  ) {
    const names = Array.from({ length: count }, (_, index) => keys.name(index));
    const text = encode(command, ...names, ...rest);
    let at = 0;
    this.#names = names.map((name) => (at = text.indexOf(name, at + 1)));
    this.#bytes = Buffer.from(text, 'latin1');
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** @param number of the first key. @returns where the command ends that begins at `at` */
  write(into: Buffer, at: number, number: number): number {
    into.set(this.#bytes, at);
    for (let index = 0; index < this.#names.length; index += 1)
      this.keys.overwrite(into, at + (this.#names[index] ?? 0), number + index);
    return at + this.#bytes.length;
  }
}
