export interface ErrorCount {
  readonly message: string;
  readonly count: number;
}

/** So many different messages are kept apart. */
const MOST_MESSAGES = 50;
const OTHERS = 'others';

/** Counts errors by what they say. */
export class ErrorTally {
  readonly #counts = new Map<string, number>();

  add(error: Error): void {
    this.count(textOf(error));
  }

  /** The same for an error that is words alone. */
  count(text: string, times = 1): void {
    const isKept = this.#counts.has(text) || this.#counts.size < MOST_MESSAGES;
    const message = isKept ? text : OTHERS;
    this.#counts.set(message, (this.#counts.get(message) ?? 0) + times);
  }

  /** The most frequent first. */
  list(): ErrorCount[] {
    return [...this.#counts]
      .map(([message, count]) => ({ message, count }))
      .sort((a, b) => b.count - a.count || a.message.localeCompare(b.message));
  }
}

/** Redirections name a slot and an address each; the errors of one kind count together. */
function textOf({ name, message }: Error): string {
  const text = message.replace(/\b(MOVED|ASK) \d+ \S+/g, '$1');
  return name === 'Error' || name === 'ReplyError' ? text : `${name}: ${text}`;
}
