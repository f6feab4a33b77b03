import type { BenchReport } from '../../../src/index.js';
import { median, rcluster, shell, type Row, type Suite } from '../measure.js';

/**
 * The generator of load beside the server's own tool, in turn: as many requests by as many clients and threads, on keys of the
 * same form. No replicas, for what is measured is the load; and the default persistence.
 */

const NAME = 'bench-load';
const PORT = 18_300;
const RUNS = 5;
const FILLED = 10_000_000;
/** Each takes minutes. */
const FILL_RUNS = 2;
/** Milliseconds. While millions of keys are saved a node may be silent for a second; redis-benchmark never ends after that. */
const NODE_TIMEOUT = '15000';
/** As the load itself writes keys beforehand. */
const FILL_PIPELINE = 100;

const SIZE = ['--clients', '50', '--value-size', '100'];

const here = ['-q', '-c', NAME];

async function bench(...args: readonly string[]): Promise<BenchReport> {
  const { stdout } = await rcluster('bench', ...here, '--json', ...args);
  return JSON.parse(stdout) as BenchReport;
}

async function beside(
  work: string,
  flags: readonly string[],
  factor: number,
  report: (line: string) => void,
): Promise<Row> {
  const [own, peer]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const measured = await bench(...flags, '--engine', 'redis-benchmark');
    own.push(measured.result.opsPerSecond);
    peer.push(measured.peer?.opsPerSecond ?? NaN);
  }
  return rowOf(work, 'redis-benchmark', own, peer, factor, report);
}

/** Keys a second: every key written once, by both into an empty cluster. */
async function filling(report: (line: string) => void): Promise<Row> {
  const [own, peer]: [number[], number[]] = [[], []];
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = (await shell('docker', ['inspect', '--format', format, `${NAME}-node-1`])).trim();
  for (let run = 0; run < FILL_RUNS; run += 1) {
    await empty();
    const reads = [
      '--workload',
      'get',
      '--ops',
      '1000',
      '--warm-up',
      '0',
      '--keyspace',
      `${FILLED}`,
      ...SIZE,
    ];
    const {
      result: { fill },
      load: { threads },
    } = await bench(...reads);
    own.push(fill === null ? NaN : (fill.keys * 1000) / fill.elapsedMs);
    await empty();
    const tool = ['-h', address, '-p', `${PORT}`, '--cluster', '-t', 'set', '-d', '100', '-c', '50'];
    const size = ['-n', `${FILLED}`, '-r', `${FILLED}`, '-P', `${FILL_PIPELINE}`, '--threads', `${threads}`];
    const csv = await shell('redis-benchmark', [...tool, ...size, '--csv']);
    peer.push(Number(/"SET","([\d.]+)"/.exec(csv)?.[1] ?? NaN));
  }
  const work = `${FILLED.toLocaleString('en-US')} keys of 100 B filled, keys a second`;
  return rowOf(work, 'redis-benchmark', own, peer, 0.8, report);
}

async function empty(): Promise<void> {
  for (const port of [PORT, PORT + 1, PORT + 2])
    await shell('redis-cli', ['-p', `${port}`, 'flushall', 'async']);
}

function rowOf(
  work: string,
  label: string,
  own: readonly number[],
  peer: readonly number[],
  factor: number,
  report: (line: string) => void,
): Row {
  const ratio = median(own) / median(peer);
  report(`${work}: ${label} ${Math.round(median(peer))}, rcluster ${Math.round(median(own))}`);
  return {
    ...{ work, unit: 'count', peer: { label, values: peer.map(Math.round) }, values: own.map(Math.round) },
    target: `${factor} of its throughput`,
    reached: ratio >= factor,
    note: `${ratio.toFixed(2)} of it`,
  };
}

export const loadSuite: Suite = {
  name: 'load',
  async run(report) {
    const cluster = ['--base-port', `${PORT}`, '--replicas', '0', '--node-timeout', NODE_TIMEOUT];
    await rcluster('up', ...here, ...cluster);
    try {
      return [
        await beside(
          'SET, 100 B, pipeline 16, 3 masters, 50 clients: requests a second',
          ['--workload', 'pipeline', '--ops', '2000000', ...SIZE],
          0.8,
          report,
        ),
        await beside(
          'the same without a pipeline',
          ['--workload', 'set', '--ops', '300000', ...SIZE],
          0.7,
          report,
        ),
        await filling(report),
      ];
    } finally {
      await rcluster('down', ...here);
    }
  },
};
