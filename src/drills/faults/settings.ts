import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { list } from '../../base/format.js';
import type { NodeName } from '../../config/types.js';
import { withConnections } from '../../operations/connections.js';
import { configGet, configSet } from '../../redis/commands/index.js';
import { again, type FoundCluster } from '../../runtimes/detect.js';
import type { Fault } from './fault.js';
import { requireNodes } from './struck.js';

/** redis.conf settings, by their names. */
type Settings = Readonly<Record<string, string>>;

/**
 * Other server settings on every node, until it is healed: a scenario's own. A node that is started again meanwhile has
 * those of its redis.conf, which is left as it is.
 *
 * @param previous what each node had before
 * @throws CONFIG_INVALID
 */
export function settings(values: Settings, previous: Readonly<Record<NodeName, Settings>>): Fault {
  const nodes = Object.keys(previous);
  requireNodes('settings', nodes);
  const pairs = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return {
    kind: 'settings',
    nodes,
    text: `settings ${pairs.join(', ')}`,
    impossible: () => Promise.resolve(undefined),
    inject: ({ found }) => setEach(found, Object.fromEntries(nodes.map((node) => [node, values]))),
    heal: ({ found }) => setEach(found, previous),
    toJSON: () => ({ fault: 'settings', values, previous }),
  };
}

/** The same, with what the nodes have now read from them. @throws CONFIG_INVALID for settings that the server does not know */
export async function settingsOf(found: FoundCluster, values: Settings): Promise<Fault> {
  return withConnections(found.record, async (connected) => {
    const previous = await all(connected, async ({ node, connection }) => {
      const names = Object.keys(values);
      const current = await connection.runAll(names.map(configGet));
      const unknown = names.filter((_, index) => current[index] === undefined);
      if (unknown.length > 0) {
        throw new RclusterError(
          'CONFIG_INVALID',
          `${node.name} has no setting that is called ${list(unknown)}`,
        );
      }
      return [
        node.name,
        Object.fromEntries(names.map((name, index) => [name, current[index] ?? ''])),
      ] as const;
    });
    return settings(values, Object.fromEntries(previous));
  });
}

/** A node that does not run has the settings of its redis.conf when it comes back. */
async function setEach(found: FoundCluster, wanted: Readonly<Record<NodeName, Settings>>): Promise<void> {
  const { record } = await again(found);
  await withConnections(record, async (connected) => {
    const silent = record.nodes.filter(
      ({ name, state }) =>
        name in wanted && state === 'running' && connected.every(({ node }) => node.name !== name),
    );
    if (silent.length > 0) {
      throw new RclusterError(
        'REDIS_ERROR',
        `${list(silent.map(({ name }) => name))} cannot be told: no answer`,
      );
    }
    await all(connected, async ({ node, connection }) => {
      const values = Object.entries(wanted[node.name] ?? {});
      await connection.runAll(values.map(([name, value]) => configSet(name, value)));
    });
  });
}
