import { Command } from 'ioredis';

/** To ioredis a command of a name that means nothing to it: none of its special cases (SUBSCRIBE, QUIT, SELECT...) applies. */
const NAME = 'verbatim';
const CRLF = Buffer.from('\r\n');

/** A command whose words go to the server byte by byte. */
export class VerbatimCommand extends Command {
  readonly #words: readonly Buffer[];

  constructor(words: readonly Buffer[]) {
    super(NAME, [], { replyEncoding: null });
    this.#words = words;
  }

  override toWritable(): Buffer {
    const parts = this.#words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, CRLF]);
    return Buffer.concat([Buffer.from(`*${this.#words.length}\r\n`), ...parts]);
  }
}
