import { Redis } from 'ioredis';
import type { Access } from '../config/types.js';
import { accessOptions } from './access-options.js';
import { VerbatimCommand } from './verbatim-command.js';
import { RclusterError, messageOf, systemCodeOf } from '../base/errors.js';

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  readonly access?: Access | undefined;
}

export type Argument = string | number | Buffer;
export type Reply = string | number | Buffer | null | Reply[];

/** A command as the server takes it, and what becomes of its reply. */
export interface Command<Result> {
  readonly args: readonly Argument[];
  /** Strings in the reply are bytes: keys and values need not be UTF-8. */
  readonly binary?: true;
  decode(reply: Reply): Result;
}

/** Longer than any healthy answer takes, shorter than a user's patience. MIGRATE brings a timeout of its own. */
export const COMMAND_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** What a node that no longer answers gets to end its side of a connection that we end. */
const DISCONNECT_TIMEOUT_MS = 200;

/** One plain connection to one node, for administration: no redirections, no retries, no queueing while it is down. */
export class NodeConnection {
  readonly address: NodeAddress;
  /** Settles when the connection ends, from either side: a node's death shows here first. */
  readonly closed: Promise<void>;
  readonly #client: Redis;

  private constructor(address: NodeAddress, client: Redis) {
    this.address = address;
    this.#client = client;
    this.closed = new Promise((resolve) => client.once('close', () => resolve()));
  }

  /** @throws REDIS_ERROR when the node cannot be reached; its cause is the socket's error */
  static async open(address: NodeAddress, commandTimeoutMs = COMMAND_TIMEOUT_MS): Promise<NodeConnection> {
    const client = new Redis({
      host: address.host,
      port: address.port,
      ...accessOptions(address.access),
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      commandTimeout: commandTimeoutMs,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      connectionName: 'rcluster',
    });
    // Without a listener ioredis prints every socket error; each command's rejection carries it anyway.
    let socketError: unknown;
    client.on('error', (error) => (socketError = error));
    try {
      await client.connect();
    } catch (error) {
      // ioredis has given up by now; disconnecting as well would keep the process waiting for a socket that is gone.
      throw unreachable(address, socketError ?? error);
    }
    return new NodeConnection(address, client);
  }

  /** @throws REDIS_ERROR with the server's own words */
  async run<Result>(command: Command<Result>): Promise<Result> {
    try {
      const [name = '', ...args] = command.args;
      const method = command.binary === true ? 'callBuffer' : 'call';
      return command.decode((await this.#client[method](String(name), ...args)) as Reply);
    } catch (error) {
      throw failed(this.address, command, error);
    }
  }

  /**
   * Sends all commands in one write and decodes their replies in order.
   *
   * @throws REDIS_ERROR for the first command that failed; the later ones were carried out all the same
   */
  async runAll<Result>(commands: readonly Command<Result>[]): Promise<Result[]> {
    const outcomes = await this.settleAll(commands);
    return outcomes.map((outcome) => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
  }

  /** Like {@link runAll}, with each command's error in its place. */
  async settleAll<Result>(commands: readonly Command<Result>[]): Promise<(Result | RclusterError)[]> {
    if (commands.length === 0) return [];
    const pipeline = this.#client.pipeline();
    for (const command of commands) {
      const [name = '', ...args] = command.args;
      pipeline[command.binary === true ? 'callBuffer' : 'call'](String(name), ...args);
    }
    const replies = (await pipeline.exec()) ?? [];
    return commands.map((command, index) => {
      const [error, reply] = replies[index] ?? [new Error('no reply'), null];
      if (error !== null) return failed(this.address, command, error);
      try {
        return command.decode(reply as Reply);
      } catch (unreadable) {
        return failed(this.address, command, unreadable);
      }
    });
  }

  /**
   * Sends commands as they are, without waiting for replies between them; ioredis knows nothing of what they are and so treats none specially. Each
   * answer is the reply, its strings as bytes, or the error that the server answered or the connection ended with.
   */
  async say(commands: readonly (readonly Buffer[])[]): Promise<(Reply | Error)[]> {
    const sent = commands.map((words) => new VerbatimCommand(words));
    for (const command of sent) void this.#client.sendCommand(command);
    return Promise.all(
      sent.map(async ({ promise }) =>
        (promise as Promise<Reply>).catch((error: unknown) =>
          error instanceof Error ? error : new Error(messageOf(error)),
        ),
      ),
    );
  }

  close(): void {
    this.#client.disconnect();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function unreachable({ host, port }: NodeAddress, cause: unknown): RclusterError {
  return new RclusterError(
    'REDIS_ERROR',
    `${host}:${port} cannot be reached: ${systemCodeOf(cause) ?? messageOf(cause)}`,
    { cause },
  );
}

function failed({ host, port }: NodeAddress, command: Command<unknown>, cause: unknown): RclusterError {
  // Keys and values may follow the second word; they say nothing that the error does not.
  const words = command.args.slice(0, 2).join(' ');
  return new RclusterError('REDIS_ERROR', `${host}:${port} answered ${words} with: ${messageOf(cause)}`, {
    cause,
  });
}
