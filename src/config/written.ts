import { Parser, parseDocument } from 'yaml';
import { messageOf } from '../base/errors.js';

/** Files that anybody may have written. Pure. */

/** What stands in a file, or what keeps it from being read. */
export type Written = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Nothing that we read is nested half as deep; what is deeper would cost whoever walks through it the stack. */
const MOST_LEVELS = 64;
/** Of objects and lists that the tokens of one level are made of. */
const TOKENS_PER_LEVEL = 3;
const TOO_DEEP: Written = { problems: ['it is nested too deeply'] };

export function readYaml(text: string): Written {
  return guarded(() => {
    // What comes next walks through the tokens by calling itself, and V8 ends a process that compiles a regular expression
    // with next to no stack left: no error could be caught.
    for (const token of new Parser().parse(text))
      if (isDeeper(token, MOST_LEVELS * TOKENS_PER_LEVEL)) return TOO_DEEP;
    // It would print warnings of its own.
    const document = parseDocument(text, { logLevel: 'error' });
    const problems = document.errors.map(({ message }) => message.split('\n')[0] ?? message);
    return problems.length > 0 ? { problems } : { value: document.toJS() };
  });
}

export function readJson(text: string): Written {
  return guarded(() => ({ value: JSON.parse(text) as unknown }));
}

/** Parsers throw errors of their own: for too many aliases, for one that names nothing, for what takes all of the stack. */
function guarded(read: () => Written): Written {
  try {
    const written = read();
    return 'value' in written && isDeeper(written.value, MOST_LEVELS) ? TOO_DEEP : written;
  } catch (error) {
    return error instanceof RangeError ? TOO_DEEP : { problems: [messageOf(error)] };
  }
}

/** An alias of what it is within makes a value that has no end. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
