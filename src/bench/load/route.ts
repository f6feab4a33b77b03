import type { Access } from '../../config/types.js';
import { SLOT_COUNT, type Slot, type SlotRange } from '../../cluster/slots.js';

/** A node as the load reaches it. */
export interface LoadNode {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly access?: Access | undefined;
  /** What it owns as the load begins; nothing of a replica. */
  readonly slots: readonly SlotRange[];
}

/** Which node has which slot, as far as is known: by the node's place among all of them. */
export class Route {
  readonly #owners = new Int32Array(SLOT_COUNT);

  constructor(private readonly nodes: readonly LoadNode[]) {
    nodes.forEach(({ slots }, node) => {
      for (const [first, last] of slots) this.#owners.fill(node, first, last + 1);
    });
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  owner(slot: Slot): number {
    return this.#owners[slot] ?? 0;
  }

  /** A node said that the slot is another's now. */
  moved(slot: Slot, node: number): void {
    this.#owners[slot] = node;
  }

  /**
   * Nodes tell clients an announced address, which need not be the one by which the load reaches them; their ports differ.
   *
   * @returns undefined for a node that has come since the load began
   */
  nodeAt(port: number): number | undefined {
    const node = this.nodes.findIndex((other) => other.port === port);
    return node === -1 ? undefined : node;
  }
}

/** `MOVED 5474 127.0.0.1:7001`, `ASK 5474 127.0.0.1:7001`. */
export interface Redirection {
  readonly kind: 'MOVED' | 'ASK';
  readonly slot: Slot;
  readonly port: number;
}

export function redirectionIn(error: string): Redirection | undefined {
  const [, kind, slot, port] = /^(MOVED|ASK) (\d+) \S*:(\d+)$/.exec(error) ?? [];
  if (kind !== 'MOVED' && kind !== 'ASK') return undefined;
  return { kind, slot: Number(slot), port: Number(port) };
}

/** What says that a command was not carried out, and may be soon. */
export function isPassing(error: string): boolean {
  return /^(TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|BUSY)\b/.test(error);
}
