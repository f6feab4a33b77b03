import { printable } from './ui.js';

/** A reply as redis-cli would print it. */
export function replyText(reply: unknown): string {
  return indented(reply, '');
}

function indented(reply: unknown, indent: string): string {
  if (reply === null) return '(nil)';
  if (typeof reply === 'number') return `(integer) ${reply}`;
  if (!Array.isArray(reply)) return printable(typeof reply === 'string' ? reply : JSON.stringify(reply));
  if (reply.length === 0) return '(empty array)';
  const inner = `${indent}   `;
  return reply
    .map((item, index) => `${index === 0 ? '' : indent}${index + 1}) ${indented(item, inner)}`)
    .join('\n');
}
