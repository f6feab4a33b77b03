import type { Command } from '../connection.js';
import { asFields } from '../reply.js';

export interface ServerInfo {
  readonly version: string;
  readonly loading: boolean;
  /** Bytes. */
  readonly memoryBytes: number;
  readonly role: 'master' | 'replica';
  /** For a replica: the link to its master is up and the first sync is over. */
  readonly masterLinkUp: boolean;
  readonly keys: number;
}

export const info = (): Command<ServerInfo> => ({
  args: ['INFO'],
  decode: (reply) => {
    const fields = asFields(reply);
    return {
      version: fields.get('valkey_version') ?? fields.get('redis_version') ?? '',
      loading: fields.get('loading') === '1' || fields.get('async_loading') === '1',
      memoryBytes: Number(fields.get('used_memory') ?? 0),
      role: fields.get('role') === 'slave' ? 'replica' : 'master',
      masterLinkUp: fields.get('master_link_status') === 'up',
      // The keyspace line is absent while there are no keys: db0:keys=12,expires=0,avg_ttl=0
      keys: Number(/^keys=(\d+)/.exec(fields.get('db0') ?? '')?.[1] ?? 0),
    };
  },
});
