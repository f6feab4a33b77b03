import { NodeConnection } from '../../redis/connection.js';
import { isConnectionsOwn, rehearse } from '../../redis/rehearsal.js';
import type { SeenNode } from './sight.js';

/** Connections on which commands are tried out, and which nothing else uses. */
export class Scratch {
  readonly #open = new Map<string, NodeConnection>();

  /** What the node says to commands before it would carry them out; see {@link rehearse}. */
  async rehearse(
    node: SeenNode,
    commands: readonly (readonly Buffer[])[],
    { asReader = false, isTransaction = false } = {},
  ): Promise<(string | undefined)[]> {
    const isSpoilt = commands.some(isConnectionsOwn);
    const connection = await this.#connectionTo(node, asReader);
    const refusals = await rehearse(connection, commands, isTransaction);
    if (isSpoilt) this.#drop(node, asReader);
    return refusals;
  }

  /** Carries out a command that has no effect. @returns the error that it was answered with */
  async tryOut(node: SeenNode, words: readonly Buffer[]): Promise<string | undefined> {
    const [answer] = await (await this.#connectionTo(node, false)).say([words]);
    return answer instanceof Error ? answer.message : undefined;
  }

  close(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  async #connectionTo(node: SeenNode, asReader: boolean): Promise<NodeConnection> {
    const name = keyOf(node, asReader);
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    const connection = await NodeConnection.open(node.connection.address);
    this.#open.set(name, connection);
    if (asReader) await connection.say([[Buffer.from('READONLY')]]);
    return connection;
  }

  #drop(node: SeenNode, asReader: boolean): void {
    this.#open.get(keyOf(node, asReader))?.close();
    this.#open.delete(keyOf(node, asReader));
  }
}

const keyOf = ({ name }: SeenNode, asReader: boolean) => `${name} ${asReader ? 'reader' : ''}`;
