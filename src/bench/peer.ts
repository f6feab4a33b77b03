import { RclusterError } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import type { BenchLoad, BenchPeer, BenchResult } from '../reports/bench/model.js';
import type { Runtime } from '../runtimes/runtime.js';
import type { Target } from './target.js';

/** The server's own tool, run where the node is, on keys of the same form. */

const TESTS: Readonly<Record<string, string>> = { set: 'set', get: 'set,get', incr: 'incr' };
/** It is redis-benchmark or valkey-benchmark, as the server is. */
const RUN =
  'tool=$(command -v redis-benchmark || command -v valkey-benchmark) || exit 127; "$tool" --version; exec "$tool" "$@"';

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

/**
 * Runs the tool with as many requests, clients, threads and the same depth, and holds our figure against its own.
 *
 * @throws FAULT_IMPOSSIBLE, SERVER_MISSING when the tool is not beside the server
 */
export async function runPeer(
  runtime: Runtime,
  { record, nodes }: Target,
  load: BenchLoad,
  { ok, opsPerSecond }: Pick<BenchResult, 'ok' | 'opsPerSecond'>,
  activity: { readonly emit: Emit; readonly signal: AbortSignal | undefined },
): Promise<BenchPeer> {
  const [first] = nodes;
  if (first === undefined)
    throw new RclusterError('INTERNAL', 'there is no node to run redis-benchmark beside');
  activity.emit({ type: 'step', text: 'redis-benchmark: measuring' });
  // Inside a container its own port is on its own address.
  const host = record.runtime === 'docker' ? '127.0.0.1' : first.host;
  const args = peerArguments(load, ok, { host, port: first.port, isCluster: first.role !== 'single' });
  const script = { script: RUN, args };
  const { code, output } = await runtime.runHelper(record.spec.name, first.name, 'server', script, activity);
  if (code === 127) {
    throw new RclusterError(
      'SERVER_MISSING',
      'neither redis-benchmark nor valkey-benchmark is beside the server',
      {
        hint: 'an image or a package of the server that has it',
      },
    );
  }
  const figures = peerFigures(output);
  if (code !== 0 || figures === undefined) {
    throw new RclusterError('REDIS_ERROR', `redis-benchmark ended with ${code}`, {
      details: output.split('\n').slice(-5),
    });
  }
  return { ...figures, clientOverhead: 1 - opsPerSecond / figures.opsPerSecond };
}

/** Pure. */
export function peerArguments(
  load: BenchLoad,
  requests: number,
  { host, port, isCluster }: { readonly host: string; readonly port: number; readonly isCluster: boolean },
): string[] {
  const [command = ''] = Object.keys(load.mix);
  // Of a cluster it has as many keys for each of its tags, one of which there is for each slot.
  const keys = isCluster ? Math.ceil(load.keyspace / SLOT_COUNT) : load.keyspace;
  return [
    ...['-h', host, '-p', port, ...(isCluster ? ['--cluster'] : []), '-t', TESTS[command] ?? command],
    ...['-n', requests, '-r', keys, '-d', load.valueBytes[0], '-c', load.clients],
    ...['--threads', load.threads, '-P', load.pipeline, '--csv'],
  ].map(String);
}

/** What its CSV says. Undefined when it is none. Pure. */
export function peerFigures(output: string): Omit<BenchPeer, 'clientOverhead'> | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const cells = (line = '') => line.split(',').map((cell) => cell.replace(/^"|"$/g, ''));
  const head = lines.findIndex((line) => line.startsWith('"test","rps"'));
  if (head === -1) return undefined;
  const names = cells(lines[head]);
  // Before GET it does SET, so that there are keys.
  const values = cells(lines.findLast((line, at) => at > head && line.startsWith('"')));
  const at = (name: string) => Number(values[names.indexOf(name)] ?? NaN);
  const known = (name: string) => (Number.isFinite(at(name)) ? at(name) : null);
  if (!(at('rps') > 0 && Number.isFinite(at('rps')))) return undefined;
  return {
    tool: lines.find((line) => /benchmark \d/.test(line)) ?? 'redis-benchmark',
    opsPerSecond: at('rps'),
    p50: known('p50_latency_ms'),
    p99: known('p99_latency_ms'),
    max: known('max_latency_ms'),
  };
}
