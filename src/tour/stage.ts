import { RclusterError, messageOf } from '../base/errors.js';
import { keySlot } from '../cluster/slots.js';
import type { UpOptions } from '../config/schema.js';
import type { NodeReport, StatusReport } from '../operations/observe.js';
import { status } from '../operations/status.js';
import type { OperationOptions } from '../operations/up.js';
import { NodeConnection, type NodeAddress, type Reply } from '../redis/connection.js';
import type { Output } from './step.js';

/** The tour's own cluster, and what its steps do with it. */
export class Stage {
  readonly cluster: string;
  readonly upOptions: UpOptions;
  readonly activity: Required<OperationOptions>;
  /** How the cluster was when a step looked last. */
  #status: StatusReport | undefined;

  constructor(cluster: string, upOptions: UpOptions, activity: Required<OperationOptions>) {
    this.cluster = cluster;
    this.upOptions = upOptions;
    this.activity = activity;
  }

  remember<Status extends StatusReport>(seen: Status): Status {
    this.#status = seen;
    return seen;
  }

  async look(): Promise<StatusReport> {
    return this.remember(await status(this.cluster));
  }

  get nodes(): readonly NodeReport[] {
    if (this.#status === undefined) throw new RclusterError('INTERNAL', 'the tour has no cluster yet');
    return this.#status.nodes;
  }

  get masters(): readonly NodeReport[] {
    return this.nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);
  }

  get endpoints(): NodeAddress[] {
    return this.nodes.map(addressOf);
  }

  /** The master of the key's slot. */
  ownerOf(key: string): NodeReport {
    const slot = keySlot(key);
    const owner = this.masters.find(({ slots }) =>
      slots.some(([first, last]) => first <= slot && slot <= last),
    );
    if (owner === undefined) throw new RclusterError('UNHEALTHY', `slot ${slot} has no owner`);
    return owner;
  }

  /** Sends one command to one node. */
  async ask(node: NodeReport, words: readonly string[]): Promise<Output> {
    const [output] = await this.send(node, [words]);
    return output ?? { kind: 'error', message: 'no reply' };
  }

  /**
   * Sends commands to one node in one write, and follows no redirection.
   *
   * @returns an output for each, errors of the server among them
   */
  async send(node: NodeReport, commands: readonly (readonly string[])[]): Promise<Output[]> {
    const connection = await NodeConnection.open(addressOf(node));
    try {
      const answers = await connection.settleAll(
        commands.map((args) => ({ args, decode: (reply: Reply) => ({ reply }) })),
      );
      return answers.map((answer) =>
        answer instanceof Error
          ? { kind: 'error', message: messageOf(answer.cause) }
          : { kind: 'reply', reply: answer.reply },
      );
    } finally {
      connection.close();
    }
  }
}

function addressOf({ endpoint, port }: NodeReport): NodeAddress {
  return { host: endpoint.replace(/:\d+$/, ''), port };
}
