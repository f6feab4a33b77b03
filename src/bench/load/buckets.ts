import type { BenchCommand } from '../../config/bench-schema.js';
import type { CommandSet } from './commands.js';
import type { Draw } from './draw.js';
import type { Route } from './route.js';

/** Commands for one node. */
export interface Drawn {
  readonly node: number;
  readonly commands: readonly BenchCommand[];
  readonly numbers: readonly number[];
}

interface Bucket {
  commands: BenchCommand[];
  numbers: number[];
}

/**
 * Draws commands and sorts them by node. A pipeline holds commands for one node, and every command that was drawn is sent, so
 * that keys are asked for as often as the distribution says, whatever the depth of the pipelines.
 */
export class Buckets {
  /** By the node's place, without gaps. */
  readonly #buckets: Bucket[];

  constructor(
    private readonly commands: CommandSet,
    private readonly draw: Draw,
    private readonly route: Route,
  ) {
    this.#buckets = Array.from({ length: route.nodeCount }, () => ({ commands: [], numbers: [] }));
  }

  /** So many commands for one node, whichever has them first; in the end fewer, and then undefined. */
  next(count: number): Drawn | undefined {
    for (;;) {
      const command = this.commands.choose();
      const number = this.draw();
      if (number === undefined) return this.#rest(count);
      const node = this.route.owner(this.commands.slot(command, number));
      const bucket = this.#buckets[node];
      if (bucket === undefined) throw new RangeError(`there is no node ${node}`);
      bucket.commands.push(command);
      bucket.numbers.push(number);
      if (bucket.commands.length >= count) return { node, ...this.#take(node, bucket, count) };
    }
  }

  #rest(count: number): Drawn | undefined {
    const node = this.#buckets.findIndex((bucket) => bucket.commands.length > 0);
    const bucket = this.#buckets[node];
    if (bucket === undefined) return undefined;
    return { node, ...this.#take(node, bucket, Math.min(count, bucket.commands.length)) };
  }

  #take(node: number, bucket: Bucket, count: number): Bucket {
    if (bucket.commands.length === count) {
      this.#buckets[node] = { commands: [], numbers: [] };
      return bucket;
    }
    return { commands: bucket.commands.splice(0, count), numbers: bucket.numbers.splice(0, count) };
  }
}
