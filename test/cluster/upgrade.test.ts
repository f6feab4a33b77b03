import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  AddMasterResult,
  FailoverResult,
  StatusReport,
  UpgradePlan,
  UpgradeResult,
} from '../../src/index.js';
import { until } from '../helpers/cli-scene.js';
import { findingsOf } from '../helpers/doctor.js';
import { judge } from '../helpers/judge.js';
import { LiveWriter } from '../helpers/live-writer.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, rcluster, rclusterSucceeds } from '../helpers/run.js';

const NAME = 'sc-up';
const PORT = firstPortOf(import.meta.filename);
/** The images may have to be built first. */
const LONG = { timeout: 180_000 };

const command = documentsOf(NAME);

describe('a cluster of redis:7', () => {
  beforeAll(async () => {
    await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
  });
  afterAll(async () => {
    await rcluster(['down', '-q', '-c', NAME]);
  });

  it('fails over by hand without a failed write, and back', LONG, async () => {
    for (const [promoted, demoted] of [
      ['node-4', 'node-1'],
      ['node-1', 'node-4'],
    ]) {
      const result = await command<FailoverResult>('failover', 'node-4');
      expect(result).toMatchObject({ promoted, demoted, how: 'graceful', state: 'ok' });
      expect(result.writes).toMatchObject({ failed: 0, lost: 0 });
      expect(result.pauseMs).toBeGreaterThan(0);
      expect(result.pauseMs).toBeLessThan(result.elapsedMs);
    }
  });

  it('refuses a failover that cannot be', LONG, async () => {
    await rclusterSucceeds(['stop', 'node-5', '-q', '-c', NAME]);
    const refused = await rcluster(['failover', 'node-2', '-c', NAME]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`node-2 (${PORT + 1}) has no linked replica that could take over`);
    const upgrade = await rcluster(['upgrade', '--image', 'redis:8', '--dry-run', '-c', NAME]);
    expect(upgrade.code).toBe(1);
    await rclusterSucceeds(['start', 'node-5', '-q', '-c', NAME]);
  });

  it('becomes one of redis:8 while a client writes, and nothing is lost', LONG, async () => {
    const plan = await command<UpgradePlan>('upgrade', '--image', 'redis:8', '--dry-run');
    expect(plan.steps.map(({ kind }) => kind).slice(0, 5)).toEqual([
      ...['replace', 'replace', 'replace'],
      ...['hand-over', 'replace'],
    ]);
    const versionFindings = async () =>
      (await findingsOf('-c', NAME)).filter((code) => code.startsWith('VERSION'));
    const foundBefore = await versionFindings();
    const writer = new LiveWriter(PORT);
    const upgrading = command<UpgradeResult>('upgrade', '--image', 'redis:8');
    await until('doctor to find two versions', async () =>
      (await versionFindings()).includes('VERSIONS_DIFFER') ? true : undefined,
    );
    const result = await upgrading;
    const { acknowledged, wrong, errors } = await writer.finish();
    expect(result.state).toBe('ok');
    expect(result.from).toMatch(/^7\./);
    expect(result.to).toMatch(/^8\./);
    expect(acknowledged).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
    expect(errors).toEqual([]);
    // Debian's is a 7.0, the official image a 7.4.
    expect(foundBefore).toEqual(result.from < '7.2' ? ['VERSION_OLD'] : []);
    expect(await versionFindings()).toEqual([]);
    const { nodes } = await command<StatusReport>('status');
    expect(nodes.filter(({ role }) => role === 'master')).toHaveLength(3);
    const { isClean, text } = await judge(NAME, PORT);
    expect(isClean, text).toBe(true);
  });

  it('comes back as what it has become when its data was kept', LONG, async () => {
    await rclusterSucceeds(['cli', '-c', NAME, 'set', 'kept', 'here']);
    await command('down', '--keep-data');
    await rclusterSucceeds(['up', '-q', '-c', NAME], { timeoutMs: 120_000 });
    expect(await rclusterSucceeds(['cli', '-c', NAME, 'get', 'kept'])).toContain('here');
    const { image, state, nodes } = await command<StatusReport>('status');
    expect([state, nodes.length]).toEqual(['ok', 6]);
    expect(image).toMatch(/redis:8/);
  });
});

describe('a cluster of valkey:9', () => {
  const VALKEY = 'sc-valkey';
  afterAll(async () => {
    await rcluster(['down', '-q', '-c', VALKEY]);
  });

  it('moves slots by the server’s own atomic migration, under live writes', LONG, async () => {
    await rclusterSucceeds(
      [
        'up',
        '-q',
        '-c',
        VALKEY,
        '--image',
        'valkey/valkey:9',
        '--base-port',
        String(PORT + 20),
        '--wait',
        '120',
      ],
      { timeoutMs: 180_000 },
    );
    const writer = new LiveWriter(PORT + 20);
    const grown = await documentsOf(VALKEY)<AddMasterResult>('add-master');
    const { acknowledged, wrong, errors } = await writer.finish();
    expect(grown).toMatchObject({ strategy: 'atomic', slotsMoved: 4096, state: 'ok' });
    expect(grown.keysMoved).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
    expect(errors).toEqual([]);
  });
});
