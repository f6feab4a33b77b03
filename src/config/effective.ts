import type { Given, Layer } from './layers.js';
import { optionsOf } from './layers.js';
import { CLUSTER_FIELDS } from './project-schema.js';
import { resolveUp } from './resolve.js';
import { upSchema, type UpOptions } from './schema.js';
import { keyOf } from './vocabulary.js';

/** An option with what it comes to, and who says so. */
export interface EffectiveOption extends Given {
  /** As in the file: `base-port`, `set.hz`. */
  readonly option: string;
}

/**
 * Every option of `up`, given or not. Of what only shows when it is done, such as a free subnet, the value is undefined.
 *
 * @throws CONFIG_INVALID as `up` would
 */
export function effectiveOptions(cluster: string, values: Layer): EffectiveOption[] {
  const options = Object.fromEntries(
    Object.entries(optionsOf(values)).filter(([name]) => CLUSTER_FIELDS[name] !== undefined),
  ) as UpOptions;
  const { spec } = resolveUp({ ...options, cluster });
  const defaults: Record<string, unknown> = {
    ...upSchema.parse({ ...options, cluster }),
    nodeTimeout: spec.nodeTimeout,
    announce: spec.announce,
    memory: spec.memory,
  };
  return Object.keys(CLUSTER_FIELDS).flatMap((name) => {
    const given = [...values].filter(([other]) => other === name || other.startsWith(`${name}.`));
    if (given.length === 0) {
      const value = defaults[name];
      const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      return [{ option: keyOf(name), value: isEmpty ? undefined : value, origin: 'default' }];
    }
    return given.map(([other, { value, origin }]) => ({ option: optionKey(other), value, origin }));
  });
}

/** Only the option's own name: what is below it is named as it is. */
export function optionKey(name: string): string {
  const [option = '', ...part] = name.split('.');
  return [keyOf(option), ...part].join('.');
}

/** A value without the password in an address, such as that of `doctor --url`. */
export function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(:\/\/[^/@\s]*:)[^/@\s]*@/g, '$1***@') : value;
}
