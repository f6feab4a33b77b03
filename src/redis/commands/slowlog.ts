import type { Command, Reply } from '../connection.js';
import { asList, asNumber, unexpected } from '../reply.js';

/** The last moment that a Date can tell, in seconds since 1970. */
const LAST_SECOND = 8.64e12;

/** A command that took longer than `slowlog-log-slower-than`. */
export interface SlowCommand {
  /** Counts up on each node. */
  readonly id: number;
  /** When it began, in milliseconds since 1970, by the node's clock; whole seconds. */
  readonly atMs: number;
  readonly microseconds: number;
  /** Long ones are cut by the server. */
  readonly args: readonly Buffer[];
  /** `HOST:PORT` of who sent it. */
  readonly client: string;
  readonly clientName: string;
}

const textIn = (reply: Reply | undefined) => (Buffer.isBuffer(reply) ? reply.toString() : '');

/** The newest of them first. */
export const slowlogGet = (count: number): Command<SlowCommand[]> => ({
  args: ['SLOWLOG', 'GET', count],
  binary: true,
  decode: (reply) =>
    asList(reply).map((entry) => {
      const [id = null, at = null, microseconds = null, args, client, name] = asList(entry);
      if (!(Math.abs(asNumber(at)) <= LAST_SECOND)) throw unexpected('a time', at);
      return {
        id: asNumber(id),
        atMs: asNumber(at) * 1000,
        microseconds: asNumber(microseconds),
        args: (Array.isArray(args) ? args : []).filter((item) => Buffer.isBuffer(item)),
        client: textIn(client),
        clientName: textIn(name),
      };
    }),
});
