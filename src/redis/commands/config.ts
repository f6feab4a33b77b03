import type { Command } from '../connection.js';
import { asNothing, asTexts } from '../reply.js';

/** The parameter's value as the server writes it; undefined when it has no such parameter. */
export const configGet = (parameter: string): Command<string | undefined> => ({
  args: ['CONFIG', 'GET', parameter],
  decode: (reply) => asTexts(reply)[1],
});

/** Every parameter that matches one of the patterns, with its value. */
export const configGetAll = (patterns: readonly string[]): Command<ReadonlyMap<string, string>> => ({
  args: ['CONFIG', 'GET', ...patterns],
  decode: (reply) => {
    const texts = asTexts(reply);
    return new Map(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? ''] as const] : [])));
  },
});

/** Holds until the server ends; its redis.conf is left as it is. */
export const configSet = (parameter: string, value: string | number): Command<undefined> => ({
  args: ['CONFIG', 'SET', parameter, value],
  decode: asNothing,
});

/** Sets all of them or none. */
export const configSetAll = (values: ReadonlyMap<string, string>): Command<undefined> => ({
  args: ['CONFIG', 'SET', ...[...values].flat()],
  decode: asNothing,
});

/** Writes what is set into redis.conf, so that it outlives the server. */
export const configRewrite = (): Command<undefined> => ({ args: ['CONFIG', 'REWRITE'], decode: asNothing });
