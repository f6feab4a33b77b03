import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { plural } from '../../base/format.js';
import { configSetSchema, isSecretSetting, type ConfigSetOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import { configGetAll, configRewrite, configSetAll } from '../../redis/commands/index.js';
import { askEach, serverWords } from './ask-each.js';
import { look, type SeenNode, type Sight, type UnseenNode } from './sight.js';

/** A value, and the nodes that have it. */
export interface SettingValue {
  readonly value: string;
  readonly nodes: readonly string[];
}

export interface Setting {
  readonly name: string;
  /** More than one where nodes differ. */
  readonly values: readonly SettingValue[];
}

export interface SettingsResult {
  readonly cluster: string;
  readonly settings: readonly Setting[];
  readonly unseen: readonly UnseenNode[];
}

export interface ChangedSettings extends SettingsResult {
  /** Whether it is in redis.conf as well; undefined when that was not asked for. */
  readonly rewritten: boolean | undefined;
  /** Why not, node by node. */
  readonly notRewritten: readonly string[];
}

const HIDDEN = '(hidden)';

/** CONFIG GET on every node. Passwords are hidden. @throws CLUSTER_UNKNOWN, REDIS_ERROR */
export async function readSettings(cluster: string, patterns: readonly string[]): Promise<SettingsResult> {
  return look(cluster, async (sight) => ({ cluster, ...(await settingsOf(sight, patterns)) }));
}

async function settingsOf(
  sight: Pick<Sight, 'nodes' | 'unseen'>,
  patterns: readonly string[],
): Promise<Omit<SettingsResult, 'cluster'>> {
  const byName = new Map<string, Map<string, string[]>>();
  const { answers, unseen } = await askEach(sight, ({ connection }) =>
    connection.run(configGetAll(patterns)),
  );
  for (const { node, answer } of answers) {
    for (const [name, value] of answer) {
      const known = byName.get(name) ?? new Map<string, string[]>();
      byName.set(name, known.set(value, [...(known.get(value) ?? []), node.name]));
    }
  }
  const settings = [...byName]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, values]) => ({
      name,
      values: [...values].map(([value, having]) => ({
        value: isSecretSetting(name) && value !== '' ? HIDDEN : value,
        nodes: having,
      })),
    }));
  return { settings, unseen };
}

/**
 * CONFIG SET on every node that answers: on all of them, or, when one refuses, on none. Then CONFIG REWRITE, so that it
 * outlives a restart.
 *
 * @throws CLUSTER_UNKNOWN, CONFIG_INVALID, REDIS_ERROR when a node refused; all have their former values then
 */
export async function changeSettings(cluster: string, options: ConfigSetOptions): Promise<ChangedSettings> {
  const { settings, rewrite } = resolveOptions(configSetSchema, options);
  return look(cluster, async (sight) => {
    const { nodes } = sight;
    const names = [...settings.keys()];
    const former = await all(nodes, ({ connection }) => connection.run(configGetAll(names)));
    const refusals = await refusalsOf(nodes, ({ connection }) => connection.run(configSetAll(settings)));
    if (refusals.size > 0) {
      const changed = nodes.filter(({ name }) => !refusals.has(name));
      const kept = await refusalsOf(changed, (node) =>
        node.connection.run(configSetAll(former[nodes.indexOf(node)] ?? new Map<string, string>())),
      );
      throw refused(refusals, kept, nodes.length);
    }
    const notRewritten = rewrite
      ? await refusalsOf(nodes, ({ connection }) => connection.run(configRewrite()))
      : new Map<string, string>();
    return {
      cluster,
      ...(await settingsOf(sight, names)),
      rewritten: rewrite ? notRewritten.size === 0 : undefined,
      notRewritten: [...notRewritten].map(([node, why]) => `${node}: ${why}`),
    };
  });
}

/** Why `work` failed, by the node's name. */
async function refusalsOf(
  nodes: readonly SeenNode[],
  work: (node: SeenNode) => Promise<unknown>,
): Promise<Map<string, string>> {
  const outcomes = await all(nodes, async (node) => work(node).then(() => undefined, serverWords));
  return new Map(
    nodes.flatMap(({ name }, index) => {
      const why = outcomes[index];
      return why === undefined ? [] : [[name, why] as const];
    }),
  );
}

function refused(
  refusals: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, string>,
  count: number,
): RclusterError {
  const back = kept.size === 0 ? 'nothing was changed' : `${plural(kept.size, 'node')} kept the new values`;
  return new RclusterError(
    'REDIS_ERROR',
    `${refusals.size === count ? 'every node' : plural(refusals.size, 'node')} refused; ${back}`,
    {
      details: [
        ...[...refusals].map(([node, why]) => `${node}: ${why}`),
        ...[...kept].map(([node, why]) => `${node} could not be set back: ${why}`),
      ],
    },
  );
}
