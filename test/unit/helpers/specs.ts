import type { ClusterSpec } from '../../../src/config/types.js';

/** What `up` makes by default, and what a test wants otherwise. */
export function clusterSpec(changes: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    version: 1,
    name: 'rcluster',
    masters: 3,
    replicas: 1,
    basePort: 7000,
    image: 'redis:7-alpine',
    nodeTimeout: 500,
    persistence: 'aof',
    maxmemory: 0,
    memory: 0,
    set: {},
    nodes: {},
    bind: '127.0.0.1',
    announce: '127.0.0.1',
    subnet: '',
    access: 'open',
    tls: 'off',
    ...changes,
  };
}
