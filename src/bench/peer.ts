import { RclusterError } from '../base/errors.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import type { BenchLoad, BenchPeer, BenchResult } from '../reports/bench/model.js';
import type { Activity, Runtime } from '../runtimes/runtime.js';
import type { Target, TargetNode } from './target.js';

/** The server's own tool, run where the node is, on keys of the same form. */

const TESTS: Readonly<Record<string, string>> = { set: 'set', get: 'set,get', incr: 'incr' };
/** It is redis-benchmark or valkey-benchmark, as the server is. */
const RUN =
  'tool=$(command -v redis-benchmark || command -v valkey-benchmark) || exit 127; exec "$tool" "$@"';

/**
 * In a cluster the tool writes `key:{tag}:__rand_int__`. Which tags it draws: until 7.2 that of each node's first slot, since
 * 7.4 one of the node's slots for each pipeline (redis/redis#12986, merged between the two; seen with 7.0.15 and 8.0.6).
 */
export type PeerKeys = 'slot-of-each-node' | 'slot-of-each-pipeline';
const SINCE_EACH_PIPELINE = [7, 4] as const;

export interface PeerTool {
  /** `redis-benchmark 7.0.15`. */
  readonly name: string;
  readonly keys: PeerKeys;
}

/** What the tool cannot do as well. @throws CONFIG_INVALID with all of it */
export function requirePeerCan(
  { mix, valueBytes: [least, most], rate, distribution }: BenchLoad,
  isGuarded: boolean,
): void {
  const commands = Object.keys(mix);
  const problems = [
    ...(commands.length === 1 && commands.every((name) => name in TESTS)
      ? []
      : ['--workload: it can do set, get, incr and pipeline']),
    ...(least === most ? [] : ['--value-size: its values are of one size']),
    // It takes a password as an argument alone, which everybody on the host can read.
    ...(isGuarded ? ['the cluster: it can use one without password and TLS'] : []),
    ...(rate === null ? [] : ['--rate: it knows no fixed rate']),
    ...(distribution === 'zipf' ? ['--distribution: it knows no favourite keys'] : []),
  ];
  if (problems.length === 0) return;
  throw new RclusterError('CONFIG_INVALID', 'redis-benchmark cannot put on this load', { details: problems });
}

/** @throws FAULT_IMPOSSIBLE, SERVER_MISSING when the tool is not beside the server */
export async function findPeer(runtime: Runtime, target: Target, activity: Activity): Promise<PeerTool> {
  return peerTool(await runBeside(runtime, target, ['--version'], activity));
}

/**
 * Runs the tool with as many requests, clients, threads and the same depth, and holds our figure against its own.
 *
 * @throws FAULT_IMPOSSIBLE, REDIS_ERROR with what it said
 */
export async function runPeer(
  runtime: Runtime,
  tool: PeerTool,
  target: Target,
  load: BenchLoad,
  { ok, opsPerSecond }: Pick<BenchResult, 'ok' | 'opsPerSecond'>,
  activity: Activity,
): Promise<BenchPeer> {
  activity.emit({ type: 'step', text: 'redis-benchmark: measuring' });
  const { record, nodes } = target;
  const first = firstOf(target);
  const args = peerArguments(load, ok, {
    // Inside a container its own port is on its own address.
    host: record.runtime === 'docker' ? '127.0.0.1' : first.host,
    port: first.port,
    masters: first.role === 'single' ? undefined : nodes.filter(({ role }) => role === 'master').length,
    keys: tool.keys,
  });
  const figures = peerFigures(await runBeside(runtime, target, args, activity));
  return { tool: tool.name, ...figures, clientOverhead: 1 - opsPerSecond / figures.opsPerSecond };
}

function firstOf({ nodes: [first] }: Target): TargetNode {
  if (first === undefined)
    throw new RclusterError('INTERNAL', 'there is no node to run redis-benchmark beside');
  return first;
}

async function runBeside(
  runtime: Runtime,
  target: Target,
  args: readonly string[],
  activity: Activity,
): Promise<string> {
  const script = { script: RUN, args };
  const { name } = target.record.spec;
  const { code, output } = await runtime.runHelper(name, firstOf(target).name, 'server', script, activity);
  if (code === 127) {
    throw new RclusterError(
      'SERVER_MISSING',
      'neither redis-benchmark nor valkey-benchmark is beside the server',
      {
        hint: 'an image or a package of the server that has it',
      },
    );
  }
  if (code !== 0) throw failure(`ended with ${code}`, output);
  return output;
}

function failure(what: string, output: string): RclusterError {
  return new RclusterError('REDIS_ERROR', `redis-benchmark ${what}`, {
    details: output.split('\n').slice(-5),
  });
}

/** What `--version` says. Pure. @throws REDIS_ERROR */
export function peerTool(output: string): PeerTool {
  const [, name = '', ...version] = /^(\S+-benchmark (\d+)\.(\d+)\S*)/m.exec(output) ?? [];
  if (name === '') throw failure('tells no version', output);
  const [major = 0, minor = 0] = version.map(Number);
  const [sinceMajor, sinceMinor] = SINCE_EACH_PIPELINE;
  const isSince = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  return { name, keys: isSince ? 'slot-of-each-pipeline' : 'slot-of-each-node' };
}

interface PeerPlace {
  readonly host: string;
  readonly port: number;
  /** Undefined: a server that is no cluster node. */
  readonly masters: number | undefined;
  readonly keys: PeerKeys;
}

/** Pure. */
export function peerArguments(
  load: BenchLoad,
  requests: number,
  { host, port, masters, keys }: PeerPlace,
): string[] {
  const [command = ''] = Object.keys(load.mix);
  // In a cluster it has as many keys for each of its tags.
  const tags = masters === undefined ? 1 : keys === 'slot-of-each-node' ? masters : SLOT_COUNT;
  const keysOfTag = Math.ceil(load.keyspace / tags);
  const mode = masters === undefined ? [] : ['--cluster'];
  return [
    ...['-h', host, '-p', port, ...mode, '-t', TESTS[command] ?? command],
    ...['-n', requests, '-r', keysOfTag, '-d', load.valueBytes[0], '-c', load.clients],
    ...['--threads', load.threads, '-P', load.pipeline, '--csv'],
  ].map(String);
}

/** What its CSV says. Pure. @throws REDIS_ERROR with what it says instead */
export function peerFigures(output: string): Omit<BenchPeer, 'tool' | 'clientOverhead'> {
  const lines = output.split('\n').map((line) => line.trim());
  const cells = (line = '') => line.split(',').map((cell) => cell.replace(/^"|"$/g, ''));
  const head = lines.findIndex((line) => line.startsWith('"test","rps"'));
  const names = cells(lines[head]);
  // Before GET it does SET, so that there are keys.
  const values = cells(lines.findLast((line, at) => at > head && line.startsWith('"')));
  const at = (name: string) => Number(values[names.indexOf(name)] ?? NaN);
  const known = (name: string) => (Number.isFinite(at(name)) ? at(name) : null);
  if (head === -1 || !(at('rps') > 0 && Number.isFinite(at('rps')))) throw failure('gave no figures', output);
  return {
    opsPerSecond: at('rps'),
    p50: known('p50_latency_ms'),
    p99: known('p99_latency_ms'),
    max: known('max_latency_ms'),
  };
}
