import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { packageFile } from '../config/home.js';
import { withConnections } from '../operations/connections.js';
import type { StatusReport } from '../operations/observe.js';
import { configGet, info } from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';
import type { Environment, LoadSettings } from '../reports/model.js';
import type { FoundCluster } from '../runtimes/detect.js';

/** Where a drill ran: what somebody has to know who compares its figures with others. */

/** What bears on a failover. Older servers lack some. */
const SETTINGS = [
  'cluster-node-timeout',
  'cluster-require-full-coverage',
  'cluster-replica-validity-factor',
  'cluster-migration-barrier',
  'cluster-allow-replica-migration',
  'cluster-allow-reads-when-down',
  'appendonly',
  'appendfsync',
  'save',
  'maxmemory',
  'maxmemory-policy',
  'min-replicas-to-write',
  'repl-backlog-size',
  'repl-timeout',
] as const;

export async function environmentOf(
  { record }: FoundCluster,
  { nodes }: StatusReport,
  load: LoadSettings,
  seed: number,
  startedAt: Date,
): Promise<Environment> {
  const { serverVersion, settings } = await withConnections(record, ([first]) =>
    askServer(first?.connection),
  );
  const processors = cpus();
  const masters = nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0).length;
  return {
    cluster: record.spec.name,
    runtime: record.runtime,
    image: record.server,
    serverVersion,
    masters,
    replicas: nodes.filter(({ role }) => role === 'replica').length,
    nodeTimeoutMs: Number(settings['cluster-node-timeout'] ?? record.spec.nodeTimeout),
    settings,
    load,
    versions: {
      rcluster: versionOf(packageFile('package.json')),
      'Node.js': process.versions.node,
      ioredis: ioredisVersion(),
    },
    cpu: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    memoryBytes: totalmem(),
    startedAt: startedAt.toISOString(),
    seed,
  };
}

async function askServer(
  connection: NodeConnection | undefined,
): Promise<Pick<Environment, 'serverVersion' | 'settings'>> {
  if (connection === undefined) return { serverVersion: '', settings: {} };
  const { version } = await connection.run(info());
  const values = await connection.runAll(SETTINGS.map(configGet));
  const known = SETTINGS.flatMap((name, index) => {
    const value = values[index];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { serverVersion: version, settings: Object.fromEntries(known) };
}

function ioredisVersion(): string {
  return versionOf(createRequire(import.meta.url).resolve('ioredis/package.json'));
}

function versionOf(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
