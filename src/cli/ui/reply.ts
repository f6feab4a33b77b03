import { shownBytes, textOf } from '../../base/bytes.js';
import { printable } from '../../base/format.js';

/** A reply as redis-cli would print it. Bytes that are no plain text come in quotes, text of several lines as it is. */
export function replyText(reply: unknown): string {
  return indented(reply, '');
}

function indented(reply: unknown, indent: string): string {
  if (reply === null) return '(nil)';
  if (typeof reply === 'number') return `(integer) ${reply}`;
  if (Buffer.isBuffer(reply)) return bytesText(reply);
  if (reply instanceof Error) return `(error) ${printable(reply.message)}`;
  if (!Array.isArray(reply)) return printable(typeof reply === 'string' ? reply : JSON.stringify(reply));
  if (reply.length === 0) return '(empty array)';
  const inner = `${indent}   `;
  return reply
    .map((item, index) => `${index === 0 ? '' : indent}${index + 1}) ${indented(item, inner)}`)
    .join('\n');
}

/** INFO and its like answer in lines; whatever else is not plain text is data. */
function bytesText(bytes: Buffer): string {
  const lines = (textOf(bytes) ?? '').split(/\r?\n/);
  const isText =
    lines.length > 1 && lines.every((line) => line === '' || shownBytes(Buffer.from(line)) === line);
  return isText ? lines.join('\n') : shownBytes(bytes);
}
