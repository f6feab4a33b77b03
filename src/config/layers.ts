/** Values from several places, of which one goes before the other: flags, environment, file. Pure. */

export interface Given {
  readonly value: unknown;
  /** Who says so: `flag`, `RCLUSTER_MASTERS`, `rcluster.yaml:12`. */
  readonly origin: string;
}

/**
 * Values by the option's name. Of options that hold values by name there is one entry each: `set.hz`, `nodes.node-2`, so that
 * one layer can override a single one of them.
 */
export type Layer = ReadonlyMap<string, Given>;

/** Options whose values have names of their own. */
const BY_NAME: ReadonlySet<string> = new Set(['set', 'nodes']);

export const FLAG = 'flag';

/**
 * The value of each option from the first layer that has it.
 *
 * @param conflicts pairs of options that exclude each other: what a layer says takes the other from those below it
 */
export function merge(
  layers: readonly Layer[],
  conflicts: readonly (readonly [string, string])[] = [],
): Layer {
  const merged = new Map<string, Given>();
  for (const layer of layers) {
    const isExcluded = (name: string) =>
      conflicts.some(([a, b]) => (a === name && merged.has(b)) || (b === name && merged.has(a)));
    const added = [...layer].filter(([name]) => !merged.has(name) && !isExcluded(name));
    for (const [name, given] of added) merged.set(name, given);
  }
  return merged;
}

/** A layer of plain options, all of them from one place. */
export function layerOf(
  options: Readonly<Record<string, unknown>>,
  originOf: (name: string) => string,
): Layer {
  const entries = Object.entries(options).flatMap(([name, value]): [string, unknown][] => {
    const parts = BY_NAME.has(name) ? partsOf(value) : undefined;
    return parts?.map(([key, part]) => [`${name}.${key}`, part]) ?? [[name, value]];
  });
  return new Map(entries.map(([name, value]) => [name, { value, origin: originOf(name) }]));
}

/** Undefined for what is malformed: whoever reads the option says so. */
function partsOf(value: unknown): [string, unknown][] | undefined {
  if (!Array.isArray(value)) {
    return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  }
  const pairs = value.map((pair: unknown): [string, string] | undefined => {
    const [, key, rest] = typeof pair === 'string' ? (/^([^=]+)=([^]*)$/.exec(pair) ?? []) : [];
    return key === undefined || rest === undefined ? undefined : [key, rest];
  });
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
}

/** The options of a layer, as the library takes them. */
export function optionsOf(layer: Layer): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, { value }] of layer) {
    const [, option, key] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    if (option === undefined || key === undefined) options[name] = value;
    else if (!layer.has(option))
      options[option] = { ...(options[option] as object | undefined), [key]: value };
  }
  return options;
}

/** A line of an error that begins with a flag, with who gave it where that was no flag. */
export function withOrigin(line: string, values: Layer, nameOf: (key: string) => string): string {
  const [, flag, bare] = /^--([a-z0-9-]+)|^(nodes)\b/.exec(line) ?? [];
  const key = flag ?? bare;
  if (key === undefined) return line;
  const name = nameOf(key);
  const parts = [...values].filter(
    ([other]) =>
      other === name || (other.startsWith(`${name}.`) && line.includes(other.slice(name.length + 1))),
  );
  const [origin] = parts.map((part) => part[1].origin).filter((from) => from !== FLAG);
  return origin === undefined ? line : `${line} [${origin}]`;
}
