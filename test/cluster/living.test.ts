import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/operations/inspect/explain.js';
import { NodeConnection } from '../../src/redis/connection.js';
import { countKeys, formOf, readDocs } from '../helpers/command-forms.js';
import { firstPortOf } from '../helpers/ports.js';
import { HOME, documentsOf, rcluster, rclusterSucceeds } from '../helpers/run.js';

const NAME = 'living';
const PORT = firstPortOf(import.meta.filename);
/** A command that has answered nothing for so long has begun to wait. */
const WAITING_MS = 250;

const command = documentsOf(NAME);
const wordsOf = (line: string) => line.split(' ').map((word) => Buffer.from(word));

beforeAll(async () => {
  process.env['RCLUSTER_HOME'] = HOME;
  // A busy machine is no reason for a failover here.
  const patient = ['--runtime', 'process', '--node-timeout', '2000'];
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT), ...patient]);
});

afterAll(async () => {
  await rcluster(['down', '-q', '-c', NAME]);
});

/** The keys of a test, all of them bytes that no terminal should obey or that have tags of every odd kind. */
function oddKeys(count: number): Buffer[] {
  const parts = ['{', '}', '{}', '{{', '}}', 'a', 'user:1', '\0', '\n', 'é'].map((part) => Buffer.from(part));
  return Array.from({ length: count }, (_, index) => {
    if (index % 2 === 0) return randomBytes(index % 24);
    const picks = randomBytes(1 + (index % 7));
    return Buffer.concat([...picks].map((pick) => parts[pick % parts.length]!));
  });
}

describe('slot', () => {
  it('agrees with CLUSTER KEYSLOT on 100,000 keys of any bytes and tags', async () => {
    const keys = oddKeys(100_000);
    const redis = new Redis(PORT);
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.call('CLUSTER', 'KEYSLOT', key);
    const answers = (await pipeline.exec())!;
    redis.disconnect();
    const hex = keys.map((key) => key.toString('hex')).join('\n');
    const options = { input: `${hex}\n`, timeoutMs: 60_000 };
    const text = await rclusterSucceeds(['slot', '--stdin', '--hex', '-c', NAME], options);
    const slots = text.split('\n').slice(1, keys.length + 1).map((line) => parseInt(line, 10)); // prettier-ignore
    expect(slots).toEqual(answers.map(([, slot]) => slot));
  });

  it('says how keys would be together', async () => {
    const { together, common } = await command<{ together: boolean; common: { names: string[] } }>(
      'slot',
      'user:1:name',
      'user:1:mail',
    );
    expect([together, common.names]).toEqual([false, ['{user:1}:name', '{user:1}:mail']]);
  });
});

describe('explain', () => {
  /** Why a command is not carried out for real here. */
  const NOT_RUN: Readonly<Record<string, string>> = {
    shutdown: 'ends the server',
    'cluster|addslots': 'changes who owns what in the cluster that the test goes on with',
    'cluster|addslotsrange': 'the same',
    'cluster|bumpepoch': 'the same',
    'cluster|delslots': 'the same',
    'cluster|delslotsrange': 'the same',
    'cluster|failover': 'the same',
    'cluster|flushslots': 'the same',
    'cluster|forget': 'the same',
    'cluster|meet': 'the same',
    'cluster|replicate': 'the same',
    'cluster|reset': 'the same',
    'cluster|set-config-epoch': 'the same',
    'cluster|setslot': 'the same',
    'client|kill': 'ends connections of the test itself',
    'client|pause': 'makes every later command wait',
    sync: 'makes the connection that of a replica',
    psync: 'the same',
    pfselftest: 'takes the server seconds',
  };
  /** What the cluster and the parser refuse, as opposed to what depends on data and on values. */
  const REFUSED =
    /^(CROSSSLOT|MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY|NOPERM|NOSCRIPT|EXECABORT)\b|unknown (sub)?command|wrong number of arguments|not allowed|denied in cluster|without MULTI|function not found/i;

  it('agrees with the server on every command that it lists', async () => {
    const redis = new Redis(PORT);
    const names = ((await redis.call('COMMAND', 'LIST')) as string[]).sort();
    const docs = readDocs((await redis.call('COMMAND', 'DOCS')) as string[]);
    redis.disconnect();
    const forms = names
      .filter((name) => NOT_RUN[name] === undefined)
      .flatMap((name) => {
        const args = docs.get(name) ?? [];
        return [
          formOf(name, args, (number) => `{tag}${number}`),
          name.toUpperCase().split('|'),
          ...(countKeys(args) > 1 ? [formOf(name, args, (number) => `key${number}`)] : []),
          ...(args.some(({ flags }) => flags.includes('optional'))
            ? [formOf(name, args, (number) => `{tag}${number}`, true)]
            : []),
        ];
      });
    const { commands } = await explain(
      NAME,
      forms.map((words) => words.map((word) => Buffer.from(word))),
    );
    const portOf = new Map(
      (await command<{ nodes: { name: string; port: number }[] }>('status')).nodes.map(
        ({ name, port }) => [name, port] as const,
      ),
    );
    const differences: string[] = [];
    for (const { command: words, node, error } of commands) {
      const answer = await answerOf(portOf.get(node)!, words);
      const isAgreed = error === undefined ? answer === undefined || !REFUSED.test(answer) : answer === error;
      if (!isAgreed) differences.push(`${words.join(' ')}\n  explain: ${error}\n  server:  ${answer}`);
    }
    expect(differences.join('\n')).toBe('');
    expect(commands.length).toBeGreaterThan(300);
  });

  it('deletes nothing by trying what SORT would store', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: PORT }]);
    await client.rpush('{t}l', 'x', 'y');
    await client.rpush('{t}d', 'x');
    for (const form of ['{t}l BY {t}l STORE {t}l', '{t}l BY {t}d STORE {t}d', '{t}l STORE {t}d STORE {t}d'])
      await explain(NAME, [wordsOf(`SORT ${form}`)]);
    expect([await client.llen('{t}l'), await client.llen('{t}d')]).toEqual([2, 1]);
    client.disconnect();
  });

  it.each([
    [['SET a 1', 'GET a'], undefined],
    [['SET a 1', 'SAVE'], 'EXECABORT'],
    [['SET a 1', 'WATCH a'], undefined],
    [['SELECT 1'], undefined],
    [['SET a 1', 'NOSUCH'], 'EXECABORT'],
  ])('agrees with the server on the transaction %j', async (inner, refusal) => {
    const lines = ['MULTI', ...inner, 'EXEC'];
    const { transaction } = await explain(NAME, lines.map(wordsOf));
    const port = PORT + Number(/\d+$/.exec(transaction?.node ?? '')?.[0]) - 1;
    const connection = await NodeConnection.open({ host: '127.0.0.1', port });
    const answer = (await connection.say(lines.map(wordsOf))).at(-1);
    connection.close();
    const said = answer instanceof Error ? answer.message.split(' ')[0] : undefined;
    expect([transaction?.error?.split(' ')[0], said]).toEqual([refusal, refusal]);
  });

  it('takes what comes after EXEC for no part of the transaction', async () => {
    const { runs, transaction } = await explain(NAME, ['MULTI', 'SET a 1', 'EXEC', 'GET b'].map(wordsOf));
    expect([runs, transaction?.slots.length]).toEqual([true, 1]);
  });

  /** The error that the server answers, if any. */
  async function answerOf(port: number, words: readonly Buffer[]): Promise<string | undefined> {
    const connection = await NodeConnection.open({ host: '127.0.0.1', port });
    const [answer] = (await Promise.race([connection.say([words]), delay(WAITING_MS)])) ?? [];
    connection.close();
    return answer instanceof Error ? answer.message : undefined;
  }
});

interface Count {
  readonly keys: number;
  readonly missed: readonly string[];
}
interface Walk {
  readonly keys: readonly (string | { hex: string })[];
  readonly count: number;
  readonly unseen: readonly { node: string; why: string }[];
}

describe('a key that is a command to a terminal', () => {
  const KEY = '\u001b]0;owned\u0007{t}\u001b[2J\u202e';

  it('is shown and not obeyed, and is the same bytes where a program asks', async () => {
    const redis = new Cluster([{ host: '127.0.0.1', port: PORT }]);
    await redis.set(KEY, KEY);
    const run = (name: string, ...args: string[]) => rclusterSucceeds([name, '-c', NAME, ...args]);
    const texts = await Promise.all([
      run('keys', '*owned*'),
      run('slot', KEY),
      run('explain', 'MGET', KEY, `${KEY}2`),
      run('call', 'EVAL', `return {ARGV[1], redis.status_reply(ARGV[1])}`, '0', KEY),
      rcluster(['call', '-c', NAME, KEY]).then(({ stdout }) => stdout),
      rcluster(['explain', '-c', NAME, KEY]).then(({ stdout }) => stdout),
    ]);
    for (const text of texts) {
      expect(text).toContain('owned');
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
    }
    expect(await run('keys', '*owned*', '--null')).toBe(`${KEY}\0`);
    await redis.del(KEY);
    redis.disconnect();
  });
});

describe('every node at once', () => {
  it('call, config, info and slowlog', async () => {
    const called = await rclusterSucceeds(['call', '--json', '-c', NAME, '--on', 'masters', 'ROLE']);
    const { answers } = JSON.parse(called) as {
      answers: { node: string; reply: unknown; error: string | null }[];
    };
    expect(answers.map(({ node, reply }) => [node, (reply as string[])[0]])).toEqual(
      ['node-1', 'node-2', 'node-3'].map((node) => [node, 'master']),
    );
    expect((await rcluster(['config', 'set', '-q', '-c', NAME, 'slowlog-log-slower-than', '0'])).code).toBe(
      0,
    );
    const refused = await rcluster(
      ['config', 'set', '-q', '-c', NAME, 'hz', '20', 'maxmemory-policy', 'nonsense'], // prettier-ignore
    );
    expect(refused.code).toBe(4);
    const { settings } = await command<{ settings: { values: { value: string; nodes: string[] }[] }[] }>(
      'config',
      'get',
      'slowlog-log-slower-than',
      'hz',
    );
    expect(settings.map(({ values }) => values.map(({ value, nodes }) => [value, nodes.length]))).toEqual([
      [['10', 6]],
      [['0', 6]],
    ]);
    const { entries } = await command<{ entries: { node: string; atMs: number }[] }>('slowlog');
    expect(new Set(entries.map(({ node }) => node)).size).toBeGreaterThan(1);
    expect(entries.map(({ atMs }) => atMs)).toEqual(entries.map(({ atMs }) => atMs).sort((a, b) => b - a));
    const text = await rclusterSucceeds(['info', '-c', NAME, 'replication']);
    expect(text).toMatch(/^role +master +master +master +slave +slave +slave$/m);
  });

  it('keys are found once each while slots move, and count and flush reach all of them', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: PORT }]);
    await client.flushall();
    await command('flush', '--yes');
    const odd = Buffer.from([0xff, 0x0a, 0x1b, 0x5b, 0x00]);
    const names = Array.from({ length: 6_000 }, (_, index) => `key:${index}`);
    await Promise.all([...names.map((name) => client.set(name, 'x')), client.set(odd, 'x')]);
    const moving = command('reshard', '--from', String(PORT), '--to', String(PORT + 2), '--slots', '3000');
    const seen: Walk[] = [];
    const moved = new AbortController();
    void moving.finally(() => moved.abort());
    while (!moved.signal.aborted) seen.push(await command<Walk>('keys', '--count', '100'));
    await moving;
    for (const { keys, count } of seen) {
      expect(count).toBe(names.length + 1);
      expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(count);
    }
    expect(seen.length).toBeGreaterThan(0);
    expect((await command<Walk>('keys', 'key:1?', '--limit', '7')).keys).toHaveLength(7);
    const shown = await rclusterSucceeds(['keys', '-q', '-c', NAME, '*\\[*']);
    expect(shown).toBe('"\\xff\\n\\x1b[\\x00"\n');
    expect((await command<Count>('count')).keys).toBe(names.length + 1);
    await command('flush', '--yes');
    expect((await command<Count>('count')).keys).toBe(0);
    client.disconnect();
  });

  it('skew names the tag and the key to blame, and weights that even it out', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: PORT }]);
    await Promise.all([
      ...Array.from({ length: 1000 }, (_, index) => client.set(`{shop}:${index}`, 'x'.repeat(100))),
      ...Array.from({ length: 2000 }, (_, index) => client.set(`key:${index}`, 'x'.repeat(100))),
      client.set('huge', 'x'.repeat(150_000)),
    ]);
    client.disconnect();
    const skew = await command<{
      heavySlots: { slot: number; culprit: { kind: string; tag?: string; key?: string } }[];
      fullest: { times: number };
      weights: { before: number; after: number } | null;
    }>('skew', '--for', '100ms');
    expect(skew.heavySlots.map(({ culprit }) => culprit.tag ?? culprit.key).sort()).toEqual(['huge', 'shop']);
    expect(skew.fullest.times).toBeGreaterThan(1.1);
    expect(skew.weights!.after).toBeLessThan(skew.weights!.before);
  });

  it('say what they do not see while a master is down, and ask its replica meanwhile', async () => {
    const { keys } = await command<Count>('count');
    await command('kill', '--node', 'node-2', '--no-wait');
    const [count, walk, call, skew, slot] = await Promise.all([
      command<Count>('count'),
      command<Walk>('keys'),
      rcluster(['call', '-q', '-c', NAME, 'PING']),
      rcluster(['skew', '-q', '-c', NAME, '--for', '100ms']),
      rcluster(['slot', '-q', '-c', NAME, 'user:1']),
    ]);
    expect([count.keys, count.missed, walk.count]).toEqual([keys, [], keys]);
    expect(walk.unseen).toMatchObject([{ node: 'node-2' }]);
    expect([call.code, skew.code, slot.code]).toEqual([1, 1, 0]);
    for (const { stdout } of [call, skew, slot])
      expect(stdout).toContain(`not seen: node-2 (${PORT + 1}) is exited`);
    const explained = await rcluster(['explain', '-c', NAME, 'GET', 'user:1']);
    // Whoever is asked says so as long as nobody has taken over.
    expect(explained.stdout).toMatch(/runs|does not answer|CLUSTERDOWN/);
  });
});
