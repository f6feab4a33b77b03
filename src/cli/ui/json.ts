/** One document; a field that has no value is null, so that every document of a kind has the same fields. */
export function toJson(document: object): string {
  return JSON.stringify(document, (_, value: unknown) => (value === undefined ? null : value), 2);
}
