import { RclusterError } from '../base/errors.js';
import type { Reply } from './connection.js';

/** An answer that is none of those that the command has. */
export function unexpected(what: string, reply: Reply): RclusterError {
  return new RclusterError(
    'REDIS_ERROR',
    `a node answered with something that is not ${what}: ${gist(reply).slice(0, 80)}`,
  );
}

/** Of a list its length alone: what is in it may be of any size, and any depth. */
function gist(reply: Reply): string {
  if (Array.isArray(reply)) return `a list of ${reply.length}`;
  if (Buffer.isBuffer(reply)) return JSON.stringify(reply.toString('latin1', 0, 80));
  return JSON.stringify(typeof reply === 'string' ? reply.slice(0, 80) : reply);
}

export function asText(reply: Reply): string {
  if (typeof reply !== 'string') throw unexpected('a string', reply);
  return reply;
}

export function asNumber(reply: Reply): number {
  if (typeof reply !== 'number') throw unexpected('a number', reply);
  return reply;
}

export function asList(reply: Reply): Reply[] {
  if (!Array.isArray(reply)) throw unexpected('a list', reply);
  return reply;
}

export function asTexts(reply: Reply): string[] {
  return asList(reply).map(asText);
}

/** For commands that answer +OK or an error. */
export function asNothing(): undefined {
  return undefined;
}

/** `key:value` lines, as INFO and CLUSTER INFO answer. */
export function asFields(reply: Reply): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of asText(reply).split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0 && !line.startsWith('#')) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  return fields;
}

export function asBuffers(reply: Reply): Buffer[] {
  return asList(reply).map((item) => {
    if (!Buffer.isBuffer(item)) throw unexpected('bytes', item);
    return item;
  });
}

export function asNumbers(reply: Reply): number[] {
  return asList(reply).map(asNumber);
}
