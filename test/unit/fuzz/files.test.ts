import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareWithBaseline } from '../../../src/bench/baseline.js';
import { parseBaseline } from '../../../src/config/bench-baseline.js';
import { parseBenchWorkload } from '../../../src/config/bench-workload.js';
import { packageFile } from '../../../src/config/home.js';
import { LABEL, nodeOfLabels, specOfLabels } from '../../../src/config/labels.js';
import { parseScenario } from '../../../src/config/scenario-file.js';
import { faultEntryIn, journalIn, passedDrillIn, registrationIn } from '../../../src/config/state-records.js';
import { renderRedisConf, settingsOf, wordsOf } from '../../../src/compose/redis-conf.js';
import { faultOfRecord } from '../../../src/drills/faults/make.js';
import { spacesIn, whyNotToFill } from '../../../src/drills/faults/space.js';
import { parseHostScript } from '../../../src/operations/checkup/host-script.js';
import { peerFigures, peerTool } from '../../../src/bench/peer.js';
import { listenersIn } from '../../../src/runtimes/ports.js';
import { stateIn } from '../../../src/runtimes/process/process-table.js';
import { nodeSpec } from '../../../src/config/types.js';
import { load, reportWith, resultWith } from '../bench/results.js';
import { clusterSpec } from '../helpers/specs.js';
import { endures } from './endure.js';
import { type Data, mutatedData, mutatedJson, mutatedText } from './hostile.js';

const template = (...path: string[]) => readFileSync(packageFile('templates', ...path), 'utf8');
const spec = {
  ...clusterSpec({ subnet: '10.1.2.0/24' }),
  set: { save: '3600 1' },
  nodes: {},
  access: 'password' as const,
  tls: 'required' as const,
};

test('scenarios', () => {
  const shipped = ['kill-master', 'scale-out-and-in', 'flapping-master', 'slow-master'].map((name) =>
    template('drills', `${name}.yaml`),
  );
  const small =
    'name: x\nquestion: Why?\nneeds: { masters: 3 }\nload: { rate: 100 }\nsteps:\n  - { fault: pause, target: random-master, as: a }\n  - { wait-for: promoted, within: 5s, of: a }\n  - repeat: { times: 2, steps: [{ load: 1s }] }\n  - heal: all\nexpect: ["outage < 2s", lost == 0]\n';
  endures(0.5, mutatedText(small, small, ...shipped), (text) => parseScenario(text, 'x'), 'CONFIG_INVALID');
});

test('workloads', () => {
  const sample = 'mix: { get: 80, set: 15, incr: 5 }\nvalueSize: 64-4kb\ndistribution: zipf\nclients: 50\n';
  endures(1, mutatedText(sample), (text) => parseBenchWorkload(text, 'x'), 'CONFIG_INVALID');
});

test('an earlier report of a benchmark, to what is said of it', () => {
  const sample = {
    ...{ version: 1, kind: 'bench', load: { mix: { get: 1 }, rate: null, clients: 50 } },
    environment: { runtime: 'docker', cores: 2 },
    result: { requests: 10, failed: 0, opsPerSecond: 5, latency: { p99: 1 } },
  };
  const now = reportWith(resultWith(1000));
  endures(
    2,
    mutatedJson(sample),
    (text) => compareWithBaseline({ ...now, load }, parseBaseline(text, 'x'), 0.1, 'x'),
    'CONFIG_INVALID',
  );
});

test('the ledger of faults, to the fault that is made again', () => {
  const entry = (fault: Data) => ({
    ...{
      version: 1,
      id: '1a2b3c4d',
      fault,
      text: 'pause node-1',
      injectedAt: '2024-01-01T00:00:00Z',
      pid: 7,
    },
  });
  const faults = [
    { fault: 'pause', nodes: ['node-1'] },
    { fault: 'partition', groups: [['node-1'], ['node-2', 'node-3']], oneWay: true },
    { fault: 'latency', nodes: ['node-1'], delayMs: 100, jitterMs: 0 },
    { fault: 'settings', values: { save: '' }, previous: { 'node-1': { save: '1 1' } } },
    { fault: 'fill', nodes: ['node-1'], roomBytes: 1024 ** 2 },
  ];
  endures(
    5,
    mutatedJson(...faults.map((fault) => entry(fault))),
    (text) => {
      const read = faultEntryIn(text);
      if (read === undefined) return;
      expect(read.id).toMatch(/^[0-9a-f]{8}$/);
      const { nodes } = faultOfRecord(read.fault);
      for (const node of nodes) expect(node).toMatch(/^node-\d+$/);
    },
    'CONFIG_INVALID',
  );
});

test('journals', () => {
  const journal = {
    ...{ version: 1, command: '["reshard"]', masters: 1 },
    newcomers: [{ name: 'node-7', number: 7, port: 7006 }],
    moves: [{ from: 'a', to: 'b', slots: [[0, 99]] }],
  };
  endures(3, mutatedJson(journal), journalIn);
});

test('what is remembered of drills', () => {
  endures(1, mutatedJson({ version: 1, name: 'kill-master', at: 1_700_000_000_000 }), passedDrillIn);
});

test('what is remembered of a cluster of processes', () => {
  const registration = { spec, server: '/usr/bin/redis-server', env: { LD_LIBRARY_PATH: '/x' } };
  endures(3, mutatedJson(registration), registrationIn);
});

test('labels, to the configuration that is made of them', () => {
  const text = template('redis.conf');
  const lines = renderRedisConf(text, { ...spec, set: {} }, nodeSpec(spec, 1), '*').split('\n').length;
  endures(
    1,
    mutatedJson(spec),
    (label) => {
      const read = specOfLabels('rcluster', { [LABEL.spec]: label });
      const conf = renderRedisConf(text, { ...read, set: {} }, nodeSpec(read, 1), '*');
      // No value of theirs begins a setting of its own.
      expect(conf.split('\n').length).toBeLessThanOrEqual(lines + 2);
      return settingsOf(renderRedisConf(text, read, nodeSpec(read, 1), '*')).flatMap(([, value]) =>
        wordsOf(value),
      );
    },
    'ENGINE_ERROR',
  );
  endures(
    1,
    mutatedData({ [LABEL.node]: '12', [LABEL.port]: '7011' }),
    (labels) => {
      const { number, port } = nodeOfLabels({ ...(labels as object) });
      expect(Number.isInteger(number) && Number.isInteger(port)).toBe(true);
    },
    'ENGINE_ERROR',
  );
});

test('redis.conf', () => {
  const conf = renderRedisConf(
    template('redis.conf'),
    clusterSpec({ set: { save: '"" \'a\\\'b\' "\\x41\\n"' } }),
    nodeSpec(spec, 1),
    '*',
  );
  endures(2, mutatedText(conf.slice(-300)), (text) => settingsOf(text).map(([, value]) => wordsOf(value)));
});

const STAT = '4242 (redis (x) server) S 1 4242 4242 0 -1 4194560 1 0';
const TCP =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 123456 1 0 100 0 0 10 0\n';
const HOST = 'overcommit 0\nhugepages madvise\nsomaxconn 4096\nfiles 20000\nping node-2 0.054\n';
const CSV =
  'redis-benchmark 7.0.15\n"test","rps","p50_latency_ms","p99_latency_ms","max_latency_ms"\n"SET","57034.22","0.311","4.743","71.231"\n';
const DF =
  'Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 263000000 24000000 82000000 23% /\ntmpfs 32768 1000 31768 4% /data\n';

test.each<[string, string, (text: string) => unknown]>([
  ['/proc/PID/stat', STAT, stateIn],
  ['/proc/net/tcp', TCP, (text) => listenersIn(text, 7000)],
  ['what a helper saw of the host', HOST, (text) => parseHostScript('node-1', text)],
  ['df', DF, (text) => [spacesIn(text), whyNotToFill(text)]],
])('%s', (_, sample, parse) => {
  endures(1, mutatedText(sample), parse);
});

test.each<[string, string, (text: string) => unknown]>([
  ['what redis-benchmark measured', CSV, peerFigures],
  ['what redis-benchmark is', 'redis-benchmark 7.0.15 (git:00000000)\n', peerTool],
])('%s', (_, sample, parse) => {
  endures(1, mutatedText(sample), parse, 'REDIS_ERROR');
});
