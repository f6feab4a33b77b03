import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../src/index.js';
import { leftoversOf, RunningCommand, scene, until } from '../helpers/cli-scene.js';
import { judge } from '../helpers/judge.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, rcluster, rclusterSucceeds } from '../helpers/run.js';

/**
 * Drills with a SIGKILL of rcluster at a random moment, and a heal. `npm run torture` goes on for longer; the seed is in
 * the test's name.
 */

const NAME = 'drill-torture';
const PORT = firstPortOf(import.meta.filename);
const RUNS = Number(process.env['TORTURE_DRILLS'] ?? 2);
const SEED = Number(process.env['TORTURE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONG = { timeout: 120_000 };
/** About as long as the longest of the drills takes. */
const LAST_MOMENT_MS = 9_000;

/** One for each kind of fault that leaves something behind, and one that changes settings. */
const SCENARIOS = [
  'kill-master',
  'pause-master',
  'isolate-master',
  'full-memory',
  'slow-master',
  'kill-master-and-replica-partial',
] as const;

const rounds = fc.record({
  scenario: fc.constantFrom(...SCENARIOS),
  seed: fc.nat(1000),
  // Every moment alike: fast-check would rather try the first and the last.
  afterMs: fc.noBias(fc.nat(LAST_MOMENT_MS)),
});

const document = documentsOf(NAME);

describe(`drills tortured with seed ${SEED}`, () => {
  scene(NAME);
  beforeAll(async () => {
    await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
  });
  afterAll(async () => {
    await rclusterSucceeds(['down', '-q', '-c', NAME]);
    expect(await leftoversOf(NAME)).toEqual([]);
  });

  const plan = fc.sample(rounds, { seed: SEED, numRuns: RUNS });
  it.each(plan.map((round, index) => ({ ...round, number: index + 1 })))(
    'round $number: killed after $afterMs ms of $scenario',
    LONG,
    async ({ scenario, seed, afterMs }) => {
      const drill = new RunningCommand(['drill', 'run', scenario, '--seed', String(seed), '-c', NAME]);
      await Promise.race([delay(afterMs), drill.ended]);
      drill.signal('SIGKILL');
      await drill.ended;
      const healed = await rcluster(['heal', '-q', '--json', '-c', NAME], { timeoutMs: 90_000 });
      expect(healed.code, `${healed.stdout}\n${healed.stderr}`).toBe(0);
      expect(await document('faults')).toMatchObject({ faults: [] });
      // What was struck has to find its way back.
      const status = await until('a healthy cluster', async () => {
        const { code, stdout } = await rcluster(['status', '--json', '-c', NAME]);
        return code === 0 ? (JSON.parse(stdout) as StatusReport) : undefined;
      });
      expect(status.state).toBe('ok');
      const { isClean, text } = await judge(NAME, PORT);
      expect(isClean, text).toBe(true);
    },
  );
});
