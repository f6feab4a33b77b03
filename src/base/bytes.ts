/** Keys and values are bytes. What people see of them is text that no terminal obeys and that can be typed in again. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as text, when they are UTF-8; undefined when they are not. */
export function textOf(bytes: Buffer): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What moves the cursor, hides itself or changes the direction of writing. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/**
 * The bytes as they are when they are plain text, else in quotes with escapes as redis-cli prints them
 * (redis/sds.c sdscatrepr). What is empty, or begins with a quote itself, is quoted as well, so that both can be told apart.
 */
export function shownBytes(bytes: Buffer): string {
  const text = textOf(bytes);
  const isPlain = text !== undefined && text !== '' && !/^["\s]|\s$/.test(text) && !UNSHOWABLE.test(text);
  return isPlain ? text : quotedBytes(bytes);
}

/** Always in quotes, in ASCII alone. */
export function quotedBytes(bytes: Buffer): string {
  let quoted = '';
  for (const byte of bytes) {
    const isVisible = byte >= 0x20 && byte < 0x7f;
    const escaped = ESCAPES.get(byte);
    quoted += escaped ?? (isVisible ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return `"${quoted}"`;
}
