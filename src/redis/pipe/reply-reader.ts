import { RclusterError } from '../../base/errors.js';

/** What a {@link ReplyReader} tells of each reply. */
export interface ReplySink {
  /** Answered with a value, or with OK. */
  value(): void;
  /** Answered with nothing: there is no such key. */
  nothing(): void;
  /** Answered with an error. */
  error(message: string): void;
}

const [ERROR, BULK, LIST, STATUS, INTEGER, RETURN, LINE_END] = [0x2d, 0x24, 0x2a, 0x2b, 0x3a, 0x0d, 0x0a];
/** No line of a server's is longer (redis/networking.c PROTO_INLINE_MAX_SIZE); what has no end would be kept for ever. */
const LONGEST_LINE = 64 * 1024;
/** `\r\n` after a value. */
const END_BYTES = 2;

/**
 * Counts replies (RESP2) in what a socket delivers, however it is cut, without making anything of the values: a generator of
 * load wants to know that an answer came, and whether it is an error.
 */
export class ReplyReader {
  /** The beginning of a line whose end is still to come. */
  #cut: Buffer | undefined;
  /** Bytes of a value that are still to come. */
  #toSkip = 0;
  /** Parts of the reply that are still to come: 1, or as many as a list has. */
  #parts = 1;
  #isList = false;
  #isNothing = false;
  #failure: string | undefined;

  constructor(private readonly sink: ReplySink) {}

  /** @param chunk nothing of it is kept @throws REDIS_ERROR for what is no reply; nothing that follows can be read then */
  read(chunk: Buffer): void {
    const bytes = this.#cut === undefined ? chunk : Buffer.concat([this.#cut, chunk]);
    this.#cut = undefined;
    let at = 0;
    while (at < bytes.length) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, bytes.length - at);
        this.#toSkip -= skipped;
        at += skipped;
        if (this.#toSkip === 0) this.#endPart();
        continue;
      }
      const end = lineEnd(bytes, at);
      if (end === bytes.length) {
        if (end - at > LONGEST_LINE) throw nonsense(bytes, at);
        this.#cut = Buffer.from(bytes.subarray(at));
        return;
      }
      this.#readLine(bytes, at, end);
      at = end + 1;
    }
  }

  /** @param end where its `\n` is */
  #readLine(bytes: Buffer, start: number, end: number): void {
    switch (bytes[start]) {
      case BULK: {
        const length = lengthAt(bytes, start);
        if (length >= 0) {
          this.#toSkip = length + END_BYTES;
          return;
        }
        // A list of which some part is missing is still an answer.
        this.#isNothing = !this.#isList;
        break;
      }
      case LIST:
        this.#isList = true;
        this.#parts += Math.max(0, lengthAt(bytes, start));
        break;
      case ERROR:
        this.#failure = bytes.toString('latin1', start + 1, end - 1);
        break;
      case STATUS:
      case INTEGER:
        // A line is all there is of it.
        break;
      default:
        throw nonsense(bytes, start);
    }
    this.#endPart();
  }

  #endPart(): void {
    this.#parts -= 1;
    if (this.#parts > 0) return;
    const [failure, isNothing] = [this.#failure, this.#isNothing];
    this.#parts = 1;
    this.#failure = undefined;
    this.#isList = false;
    this.#isNothing = false;
    if (failure !== undefined) this.sink.error(failure);
    else if (isNothing) this.sink.nothing();
    else this.sink.value();
  }
}

/** Lines are short: looking is faster than having Buffer.indexOf look. */
function lineEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== LINE_END) at += 1;
  return at;
}

/** The length that a line gives, -1 for nothing at all. @throws REDIS_ERROR */
function lengthAt(bytes: Buffer, start: number): number {
  const isNegative = bytes[start + 1] === ERROR;
  const first = isNegative ? start + 2 : start + 1;
  let value = 0;
  for (let at = first; ; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9 && Number.isSafeInteger(value)) value = value * 10 + digit;
    else if (at === first || bytes[at] !== RETURN) throw nonsense(bytes, start);
    else return isNegative ? -value : value;
  }
}

function nonsense(bytes: Buffer, start: number): RclusterError {
  const text = JSON.stringify(bytes.toString('latin1', start, start + 40));
  return new RclusterError('REDIS_ERROR', `a node answered with something that is no reply: ${text}`);
}
