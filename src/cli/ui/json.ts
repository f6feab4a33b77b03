import { textOf } from '../../base/bytes.js';

/** The version of every JSON document that a command prints. */
const JSON_VERSION = 1;

/**
 * JSON on one line. JSON itself escapes but the oldest control characters; those that a terminal obeys or that turn the
 * direction of writing are escaped here, which is the same data to whoever reads it.
 */
export function jsonLine(document: object): string {
  return escapeTheRest(JSON.stringify(document));
}

function escapeTheRest(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * One document; a field that has no value is null, so that every document of a kind has the same fields. Bytes are a string
 * where they are UTF-8, else `{ "hex": "..." }`.
 */
export function toJson(document: object): string {
  // JSON.stringify asks a Buffer for its own idea of JSON before the replacer sees it; its owner still has the Buffer.
  function replace(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
    const original = this[name];
    if (Buffer.isBuffer(original)) return textOf(original) ?? { hex: original.toString('hex') };
    return value === undefined ? null : value;
  }
  return escapeTheRest(JSON.stringify(document, replace, 2));
}

/** The same, with the version of such documents. */
export function versioned(document: object): string {
  return toJson({ version: JSON_VERSION, ...document });
}
