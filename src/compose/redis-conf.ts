import { NODE_FILES } from '../cluster/node-files.js';
import { announcedHost } from '../config/announce.js';
import type { ClusterSpec, NodeSpec, Persistence } from '../config/types.js';

const PERSISTENCE: Readonly<Record<Persistence, string>> = {
  aof: 'appendonly yes\nsave ""',
  rdb: 'appendonly no\nsave 3600 1 300 100 60 10000',
  none: 'appendonly no\nsave ""',
};

/** As whom a node follows another. */
export interface ReplicationAccess {
  readonly username: string;
  readonly password: string;
}

const AUTH_CLIENTS = { on: 'no', optional: 'optional', required: 'yes' } as const;

function portLines({ tls }: ClusterSpec, { port }: NodeSpec): string {
  if (tls === undefined || tls === 'off') return `port ${port}`;
  return [
    'port 0',
    `tls-port ${port}`,
    'tls-cluster yes',
    'tls-replication yes',
    `tls-cert-file ${NODE_FILES.cert}`,
    `tls-key-file ${NODE_FILES.key}`,
    `tls-ca-cert-file ${NODE_FILES.ca}`,
    `tls-auth-clients ${AUTH_CLIENTS[tls]}`,
  ].join('\n');
}

function accessLines({ username, password }: ReplicationAccess): string {
  return [`aclfile ${NODE_FILES.users}`, `masteruser ${username}`, `masterauth ${password}`].join('\n');
}

/** A blank line is left where a value is empty; no more than one of them in a row. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  const filled = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`templates/redis.conf asks for {{${name}}}, which nobody gives`);
    return value;
  });
  return `${filled.replace(/\n{3,}/g, '\n\n').trimEnd()}\n`;
}

/**
 * The node's redis.conf.
 *
 * @param template the text of templates/redis.conf
 * @param listenOn the address on which the server itself listens
 */
export function renderRedisConf(
  template: string,
  spec: ClusterSpec,
  node: NodeSpec,
  listenOn: string,
  replication?: ReplicationAccess,
): string {
  const own = spec.nodes[node.name];
  const maxmemory = own?.maxmemory ?? spec.maxmemory;
  return fill(template, {
    name: node.name,
    cluster: spec.name,
    port: portLines(spec, node),
    bind: listenOn,
    published: spec.bind,
    nodeTimeout: String(spec.nodeTimeout),
    announce: announcedHost(spec, node.name),
    access: replication === undefined ? '' : accessLines(replication),
    persistence: PERSISTENCE[spec.persistence],
    maxmemory: maxmemory > 0 ? `maxmemory ${maxmemory}` : '',
    // Last, so that they win: redis.conf's later lines override earlier ones.
    set: Object.entries({ ...spec.set, ...own?.set })
      .map(([key, value]) => `${key} ${value.trim() === '' ? '""' : value}`)
      .join('\n'),
  });
}

/** The same for a server that is no cluster node: without the settings of the cluster, and the comments on them. */
export function plainRedisConf(redisConf: string): string {
  const lines = redisConf.split('\n');
  const isOfCluster = (index: number): boolean => {
    const line = lines[index] ?? '';
    return line.startsWith('cluster-') || (line.startsWith('# ') && isOfCluster(index + 1));
  };
  return lines
    .filter((_, index) => !isOfCluster(index))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** The settings of a rendered redis.conf in order: `['port', '7000']`, `['save', '""']`. */
export function settingsOf(redisConf: string): [name: string, value: string][] {
  return redisConf
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
      return [name, value];
    });
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['a', '\u0007'],
]);

/**
 * The words of a value as redis splits them (redis/sds.c sdssplitargs): escapes count within double quotes, only `\'`
 * within single ones. A quote that nothing closes reaches to the end.
 */
export function wordsOf(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (quote === '"' && char === '\\' && at + 1 < value.length) {
      const [escape, text] = escapeAt(value, at + 1);
      word += text;
      at += escape.length;
    } else if (quote === "'" && value.startsWith("\\'", at)) {
      word += "'";
      at += 1;
    } else word += char;
  }
  return word === undefined ? words : [...words, word];
}

/** What stands behind a backslash, and what it means: `x41` is `A`. */
function escapeAt(value: string, at: number): [escape: string, text: string] {
  const [hex] = /^x[0-9a-f]{2}/i.exec(value.slice(at, at + 3)) ?? [];
  if (hex !== undefined) return [hex, String.fromCharCode(parseInt(hex.slice(1), 16))];
  const char = value.charAt(at);
  return [char, ESCAPES.get(char) ?? char];
}
