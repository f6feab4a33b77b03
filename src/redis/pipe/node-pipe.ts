import { connect, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';
import { messageOf, systemCodeOf } from '../../base/errors.js';
import type { NodeAddress } from '../connection.js';
import { ReplyReader } from './reply-reader.js';

/** Commands that were sent together, and what becomes of them. */
export interface Exchange {
  /** How many replies there will be. */
  readonly size: number;
  /** The command at this position was answered with an error. */
  refused(position: number, message: string): void;
  /** The command at this position was answered with nothing. */
  missed(position: number): void;
  /** All of them have been answered. */
  answered(): void;
  /** The connection ended before the command at this position, or any later one, was answered. */
  cutOff(position: number, why: string): void;
}

const RECONNECT_MS = 100;
const CONNECT_TIMEOUT_MS = 2_000;
/** The handshakes of many clients queue up before a node's one thread, some milliseconds each. */
const HANDSHAKE_TIMEOUT_MS = 15_000;
/** What a socket delivers is read at once, so all of a thread's share one; else Node.js allocates as much for each delivery. */
const RECEIVED = Buffer.alloc(64 * 1024);
/** Taking an answered exchange off the front each time would move all the others. */
const SHORTENED_EVERY = 256;

/**
 * One connection to one node that costs as little as can be: a write for each exchange, no promise and no object for a
 * reply. An ioredis pipeline of 16 SETs takes three times the processor time, which on one machine is taken from the nodes
 * that are to be measured. It connects anew by itself, until
 * its thread ends; what was under way when it ended is cut off, not sent again.
 */
export class NodePipe {
  sentBytes = 0;
  receivedBytes = 0;
  #socket: Socket | undefined;
  #isOpen = false;
  #whyNot = 'not connected yet';
  #waiting: (() => void)[] = [];
  /** A queue: taken from at `#first`, and shortened now and then. */
  #exchanges: Exchange[] = [];
  #first = 0;
  /** How many replies of the first exchange have come. */
  #position = 0;

  constructor(private readonly address: NodeAddress) {
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why it is not open. */
  get whyNot(): string {
    return this.#whyNot;
  }

  /** Until it is open, or cannot be opened for now. */
  async settled(): Promise<void> {
    if (this.#isOpen) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /**
   * To be called while it is open.
   *
   * @param bytes encoded commands, as many as the exchange expects replies; to be left alone until it is answered or cut off
   */
  send(bytes: Buffer, exchange: Exchange): void {
    this.#exchanges.push(exchange);
    this.sentBytes += bytes.length;
    this.#socket?.write(bytes);
  }

  #connect(): void {
    const { host, port, access = {} } = this.address;
    const receive = (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      try {
        reader.read(chunk);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : undefined);
      }
    };
    const onread = {
      buffer: RECEIVED,
      callback: (length: number) => {
        receive(RECEIVED.subarray(0, length));
        return true;
      },
    };
    const socket: Socket =
      access.tls === undefined
        ? connect({ host, port, noDelay: true, onread })
        : connectEncrypted({ host, port, ...access.tls })
            .setNoDelay()
            .on('data', receive);
    this.#socket = socket;
    const reader = new ReplyReader({
      value: () => this.#take(),
      nothing: () => {
        this.#exchanges[this.#first]?.missed(this.#position);
        this.#take();
      },
      error: (message) => {
        this.#exchanges[this.#first]?.refused(this.#position, message);
        this.#take();
      },
    });
    socket.setTimeout(access.tls === undefined ? CONNECT_TIMEOUT_MS : HANDSHAKE_TIMEOUT_MS, () =>
      socket.destroy(new Error('no answer to the connection')),
    );
    socket.once(access.tls === undefined ? 'connect' : 'secureConnect', () => {
      // A frozen node keeps its connections, and its answers may take any time.
      socket.setTimeout(0);
      if (access.password === undefined) this.#open();
      else this.#introduce(socket, access.username, access.password);
    });
    socket.on('error', (error) => (this.#whyNot = systemCodeOf(error) ?? messageOf(error)));
    socket.once('close', () => this.#end());
  }

  #open(): void {
    this.#isOpen = true;
    this.#settle();
  }

  #introduce(socket: Socket, username: string | undefined, password: string): void {
    const words = ['AUTH', ...(username === undefined ? [] : [username]), password].map((word) =>
      Buffer.from(word),
    );
    let refusal: string | undefined;
    this.#exchanges.push({
      size: 1,
      refused: (_, message) => (refusal = message),
      missed: () => undefined,
      answered: () => {
        if (refusal === undefined) this.#open();
        else socket.destroy(new Error(refusal));
      },
      cutOff: () => undefined,
    });
    socket.write(`*${words.length}\r\n`);
    for (const word of words)
      socket.write(Buffer.concat([Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')]));
  }

  #take(): void {
    const exchange = this.#exchanges[this.#first];
    if (exchange === undefined) return;
    this.#position += 1;
    if (this.#position < exchange.size) return;
    this.#position = 0;
    this.#first += 1;
    if (this.#first === SHORTENED_EVERY) {
      this.#exchanges.splice(0, this.#first);
      this.#first = 0;
    }
    exchange.answered();
  }

  #end(): void {
    const cut = this.#exchanges.slice(this.#first);
    const position = this.#position;
    this.#exchanges = [];
    [this.#first, this.#position] = [0, 0];
    if (this.#isOpen) this.#whyNot = 'the connection ended';
    this.#isOpen = false;
    setTimeout(() => this.#connect(), RECONNECT_MS);
    cut.forEach((exchange, index) => exchange.cutOff(index === 0 ? position : 0, this.#whyNot));
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
