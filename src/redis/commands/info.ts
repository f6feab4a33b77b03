import type { Command } from '../connection.js';
import { asFields, asText } from '../reply.js';

export interface ServerInfo {
  readonly version: string;
  readonly loading: boolean;
  /** Bytes. */
  readonly memoryBytes: number;
  /** What of it counts towards maxmemory: all but the buffers of replicas and of the append-only file. */
  readonly countedBytes: number;
  readonly role: 'master' | 'replica';
  /** For a replica: the link to its master is up and the first sync is over. */
  readonly masterLinkUp: boolean;
  readonly keys: number;
  /** For a replica: how much of its master's stream it has got. */
  readonly replicationOffset: number;
}

export const info = (): Command<ServerInfo> => ({
  args: ['INFO'],
  decode: (reply) => {
    const fields = asFields(reply);
    return {
      version: fields.get('valkey_version') ?? fields.get('redis_version') ?? '',
      loading: fields.get('loading') === '1' || fields.get('async_loading') === '1',
      memoryBytes: Number(fields.get('used_memory') ?? 0),
      countedBytes:
        Number(fields.get('used_memory') ?? 0) - Number(fields.get('mem_not_counted_for_evict') ?? 0),
      role: fields.get('role') === 'slave' ? 'replica' : 'master',
      replicationOffset: Number(fields.get('slave_repl_offset') ?? 0),
      masterLinkUp: fields.get('master_link_status') === 'up',
      // The keyspace line is absent while there are no keys: db0:keys=12,expires=0,avg_ttl=0
      keys: Number(/^keys=(\d+)/.exec(fields.get('db0') ?? '')?.[1] ?? 0),
    };
  },
});

/** One part of INFO: its name, and its fields in their order. */
export interface InfoSection {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** @param sections all that INFO gives by default when none is named */
export const infoSections = (sections: readonly string[]): Command<InfoSection[]> => ({
  args: ['INFO', ...sections],
  decode: (reply) =>
    asText(reply)
      .split(/^# */m)
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [name = ''] = part.split('\r\n', 1);
        return { name, fields: asFields(part) };
      }),
});
