import type { Command } from '../connection.js';
import { asFields } from '../reply.js';

/** What a server has used and holds, of INFO. */
export interface ServerResources {
  readonly version: string;
  /** Since its start, with the children that rewrite its files. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** What of it the keys take, with all that it takes to find them. */
  readonly keyBytes: number;
  readonly keys: number;
}

/** Of the memory what is there without keys, or for clients and replicas. */
const NOT_OF_KEYS = [
  'used_memory_startup',
  'mem_clients_normal',
  'mem_clients_slaves',
  'mem_replication_backlog',
  'mem_aof_buffer',
  'mem_cluster_links',
] as const;

const CPU = ['used_cpu_sys', 'used_cpu_user', 'used_cpu_sys_children', 'used_cpu_user_children'] as const;

export const resources = (): Command<ServerResources> => ({
  args: ['INFO'],
  decode: (reply) => {
    const fields = asFields(reply);
    const sum = (names: readonly string[]) =>
      names.reduce((total, name) => total + Number(fields.get(name) ?? 0), 0);
    const memoryBytes = sum(['used_memory']);
    return {
      version: fields.get('valkey_version') ?? fields.get('redis_version') ?? '',
      cpuSeconds: sum(CPU),
      memoryBytes,
      keyBytes: Math.max(0, memoryBytes - sum(NOT_OF_KEYS)),
      keys: Number(/^keys=(\d+)/.exec(fields.get('db0') ?? '')?.[1] ?? 0),
    };
  },
});
