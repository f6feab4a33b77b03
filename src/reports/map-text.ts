/**
 * A copy of plain data in which every text, names of fields included, went through `change`. Reports quote what nodes,
 * clients and scenarios say; a renderer that makes all of it harmless first cannot forget a place.
 */
export function mapText<Data>(data: Data, change: (text: string) => string): Data {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), walk(item)]));
  };
  return walk(data) as Data;
}
