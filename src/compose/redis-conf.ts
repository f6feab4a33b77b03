import type { ClusterSpec, NodeSpec, Persistence } from '../config/types.js';

const PERSISTENCE: Readonly<Record<Persistence, string>> = {
  aof: 'appendonly yes\nsave ""',
  rdb: 'appendonly no\nsave 3600 1 300 100 60 10000',
  none: 'appendonly no\nsave ""',
};

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
): string {
  return fill(template, {
    name: node.name,
    cluster: spec.name,
    port: String(node.port),
    bind: listenOn,
    published: spec.bind,
    nodeTimeout: String(spec.nodeTimeout),
    announce: spec.announce,
    persistence: PERSISTENCE[spec.persistence],
    maxmemory: spec.maxmemory > 0 ? `maxmemory ${spec.maxmemory}` : '',
    // Last, so that they win: redis.conf's later lines override earlier ones.
    set: Object.entries(spec.set)
      .map(([key, value]) => `${key} ${value.trim() === '' ? '""' : value}`)
      .join('\n'),
  });
}

/** The settings of a rendered redis.conf in order: `['port', '7000']`, `['save', '""']`. */
export function settingsOf(redisConf: string): [name: string, value: string][] {
  return redisConf
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      return [name, value];
    });
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\u0007' };

/**
 * The words of a value as redis splits them (redis/sds.c sdssplitargs): escapes count within double quotes, only `\'`
 * within single ones.
 */
export function wordsOf(value: string): string[] {
  const words = value.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']+)+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g, (_, double?: string, single?: string) =>
      double === undefined
        ? (single ?? '').replaceAll("\\'", "'")
        : double.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (__, hex?: string, char = '') =>
            hex === undefined
              ? (ESCAPES[char as string] ?? (char as string))
              : String.fromCharCode(parseInt(hex, 16)),
          ),
    ),
  );
}
