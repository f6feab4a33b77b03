import { NodePipe } from '../../redis/pipe/node-pipe.js';
import type { LoadNode } from './route.js';

/** One client of the load: a connection of its own to every node that it has to do with, as applications have. */
export class LoadClient {
  readonly #pipes: (NodePipe | undefined)[];
  #detour = 0;

  constructor(private readonly nodes: readonly LoadNode[]) {
    this.#pipes = nodes.map((node) => (node.slots.length > 0 ? new NodePipe(node) : undefined));
  }

  /** The connection to the node at this place. */
  pipe(node: number): NodePipe | undefined {
    const known = this.#pipes[node];
    const address = this.nodes[node];
    if (known !== undefined || address === undefined) return known;
    const pipe = new NodePipe(address);
    this.#pipes[node] = pipe;
    return pipe;
  }

  /** An open connection to any node, another one each time: it knows who has a slot now. */
  anyOpen(): NodePipe | undefined {
    const count = this.nodes.length;
    const turns = this.nodes.map((_, turn) => (this.#detour + 1 + turn) % count);
    for (const node of turns) {
      this.#detour = node;
      const pipe = this.pipe(node);
      if (pipe?.isOpen === true) return pipe;
    }
    return undefined;
  }

  /** Until every connection is open, or cannot be. @returns the names of the nodes that cannot be reached, and why */
  async connected(): Promise<string[]> {
    await Promise.all(this.#pipes.map(async (pipe) => pipe?.settled()));
    return this.#pipes.flatMap((pipe, node) =>
      pipe === undefined || pipe.isOpen ? [] : [`${this.nodes[node]?.name ?? '?'}: ${pipe.whyNot}`],
    );
  }

  get sentBytes(): number {
    return this.#pipes.reduce((sum, pipe) => sum + (pipe?.sentBytes ?? 0), 0);
  }

  get receivedBytes(): number {
    return this.#pipes.reduce((sum, pipe) => sum + (pipe?.receivedBytes ?? 0), 0);
  }
}
