import type { CommandSpec } from './command-spec.js';

/**
 * What of a cluster a command is about:
 *
 * - `slot`: its keys, and so the node that has their slot
 * - `channel-slot`: a sharded channel, which has a slot as a key has
 * - `every-node`: messages that reach all nodes, whichever is asked
 * - `connection`: the connection that it is sent on
 * - `masters`, `nodes`: the node that is asked, and it takes all masters, or all nodes, for the whole answer
 * - `node`: the node that is asked
 */
export type Scope = 'slot' | 'channel-slot' | 'every-node' | 'connection' | 'masters' | 'nodes' | 'node';

/** As the server's own flags, categories and tips have it. Pure. */
export function scopeOf(spec: CommandSpec, keys: number, channels: number): Scope {
  const { tips, flags, categories, name } = spec;
  if (channels > 0) return 'channel-slot';
  if (keys > 0) return 'slot';
  if (tips.has('request_policy:all_shards')) return 'masters';
  if (tips.has('request_policy:all_nodes')) return 'nodes';
  // Its policy is special: the cursor is of one node.
  if (name === 'scan') return 'masters';
  if (flags.has('pubsub') && !name.startsWith('pubsub|')) return 'every-node';
  if (categories.has('@connection') || categories.has('@transaction')) return 'connection';
  return 'node';
}
