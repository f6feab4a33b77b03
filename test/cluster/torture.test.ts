import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SLOT_COUNT } from '../../src/cluster/slots.js';
import { reshard, type StatusReport } from '../../src/index.js';
import { leftoversOf, RunningCommand, scene, until } from '../helpers/cli-scene.js';
import { judge } from '../helpers/judge.js';
import { LiveWriter } from '../helpers/live-writer.js';
import { firstPortOf } from '../helpers/ports.js';
import { HOME, rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';
import { missingSeeds, writeSeeds } from '../helpers/seeds.js';

/**
 * Scaling commands under live writes, with a SIGKILL at a random moment of rcluster itself or of a master; then the same
 * command once more. `npm run torture -- RUNS SEED` goes on for longer; the seed is in every test's name.
 */

const NAME = 'torture';
const PORT = firstPortOf(import.meta.filename);
const SEEDS = 20_000;
const RUNS = Number(process.env['TORTURE_RUNS'] ?? 2);
const SEED = Number(process.env['TORTURE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONG = { timeout: 180_000 };
const TURNS_PER_RUN = 9;
const ROUND_LONG = { timeout: 60_000 + TURNS_PER_RUN * RUNS * 2_000 };
/** Few enough for the machine that the tests are made for. */
const MASTERS_AT_MOST = 6;
/** A master that is removed leaves its replicas to the others. With more nodes than this newcomers bring none. */
const NODES_AT_MOST = 15;
const WHOLE_WITHIN_MS = 15_000;
/** About as long as the longest of the commands takes. */
const LAST_MOMENT_MS = 6_000;

interface Round {
  readonly action: 'add-master' | 'remove' | 'rebalance';
  readonly replicas: number;
  /** Of the masters in turn. */
  readonly weights: readonly number[];
  /** Which master is removed, and which is killed, modulo how many there are. */
  readonly which: number;
  readonly afterMs: number;
}

const rounds = fc.record<Round>({
  action: fc.constantFrom('add-master', 'remove', 'rebalance'),
  replicas: fc.nat({ max: 1 }),
  weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 3 }),
  which: fc.nat(100),
  // Every moment alike: fast-check would rather try the first and the last.
  afterMs: fc.noBias(fc.nat(LAST_MOMENT_MS)),
});

const mastersOf = ({ nodes }: StatusReport) =>
  nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);

/** What of the round can be done with the cluster as it is. */
function argumentsOf({ action, replicas, weights, which }: Round, status: StatusReport): string[] {
  const masters = mastersOf(status);
  const canShrink = masters.length > 3;
  const canGrow = masters.length < MASTERS_AT_MOST;
  // The first node is the one that the tests' clients are told.
  const removable = masters.filter(({ name }) => name !== 'node-1');
  if ((action === 'remove' && canShrink) || !canGrow)
    return ['remove', removable[which % removable.length]?.name ?? '', '--yes'];
  const hasRoom = status.nodes.length <= NODES_AT_MOST;
  if (action !== 'rebalance') return ['add-master', '--replicas', String(hasRoom ? replicas : 0)];
  const shares = masters.map(({ name }, index) => `${name}=${weights[index % weights.length] ?? 1}`);
  return ['rebalance', ...shares.flatMap((share) => ['--weight', share])];
}

/**
 * The same command again. One that had done all before it was killed does not know the node any more that it removed; one
 * that names a master which a failover has made a replica is refused, and `fix` finishes what is half done.
 */
async function onceMore(args: readonly string[]): Promise<void> {
  const again = async (...words: readonly string[]) =>
    rcluster([...words, '-c', NAME, '-q', '--json'], { timeoutMs: 120_000 });
  const { code, stdout, stderr } = await again(...args);
  if (args[0] === 'remove' && stdout.includes('"NODE_UNKNOWN"')) return;
  if (stdout.includes('"NOT_A_MASTER"')) {
    const fixed = await again('fix');
    expect(fixed.code, `${fixed.stdout}\n${fixed.stderr}`).toBe(0);
  } else expect(code, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
}

/** A master that has no replica left is given one of another's by the nodes themselves, and not all hear of it at once. */
const healthy = async () =>
  until(
    'every node to see the same',
    async () => {
      const { code, stdout } = await rcluster(['status', '--json', '-q', '-c', NAME]);
      return code === 0 ? (JSON.parse(stdout) as StatusReport) : undefined;
    },
    WHOLE_WITHIN_MS,
  );

async function expectWhole(): Promise<void> {
  expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
  const { findings, slotsCovered } = await healthy();
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(slotsCovered).toBe(SLOT_COUNT);
  const { isClean, text } = await judge(NAME, PORT);
  expect(isClean, text).toBe(true);
}

describe(`torture with seed ${SEED}`, () => {
  scene(NAME);
  beforeAll(async () => {
    await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT)]);
    await writeSeeds(PORT, SEEDS);
  });
  afterAll(async () => {
    await rclusterSucceeds(['down', '-q', '-c', NAME]);
    expect(await leftoversOf(NAME)).toEqual([]);
  });

  it('moves the same slots round the masters, one move straight after the other', ROUND_LONG, async () => {
    vi.stubEnv('RCLUSTER_HOME', HOME);
    const names = mastersOf(await healthy()).map(({ name }) => name);
    for (let turn = 0; turn < TURNS_PER_RUN * RUNS; turn += 1) {
      const [from = '', to = ''] = [names[turn % names.length], names[(turn + 1) % names.length]];
      // A message of the former owner that is still on its way must not win a slot back.
      await reshard(NAME, { from, to, slots: '0-1499' });
    }
    await expectWhole();
  });

  const plan = fc.sample(rounds, { seed: SEED, numRuns: RUNS });
  it.each(plan.map((round, index) => ({ ...round, number: index + 1 })))(
    'round $number: rcluster killed after $afterMs ms of $action',
    LONG,
    async (round) => {
      const args = argumentsOf(round, await healthy());
      const writer = new LiveWriter(PORT);
      const running = new RunningCommand([...args, '-c', NAME]);
      await Promise.race([delay(round.afterMs), running.ended]);
      running.signal('SIGKILL');
      await running.ended;
      await onceMore(args);
      const { wrong, errors } = await writer.finish();
      expect({ wrong, errors, args }).toEqual({ wrong: [], errors: [], args });
      await expectWhole();
    },
  );

  const killings = fc.sample(rounds, { seed: SEED + 1, numRuns: Math.ceil(RUNS / 2) });
  it.each(killings.map((round, index) => ({ ...round, number: index + 1 })))(
    'round $number: a master killed after $afterMs ms of $action',
    LONG,
    async (round) => {
      const status = await healthy();
      const masters = mastersOf(status);
      const args = argumentsOf(round, status);
      const victim = masters[(round.which >> 2) % masters.length]?.name ?? '';
      const writer = new LiveWriter(PORT);
      const running = new RunningCommand([...args, '-c', NAME]);
      await Promise.race([delay(round.afterMs), running.ended]);
      const left = await rcluster(['status', '-c', NAME, '--json']);
      const isThere = (JSON.parse(left.stdout) as StatusReport).nodes.some(({ name }) => name === victim);
      if (isThere) await succeed('docker', ['kill', `${NAME}-${victim}`]);
      await running.ended;
      if (isThere) await rcluster(['start', victim, '-q', '-c', NAME]);
      await onceMore(args);
      const { wrong, acknowledged } = await writer.finish();
      // Asynchronous replication may lose what the victim had acknowledged in its last moments: told, not hidden.
      if (wrong.length > 0) console.warn(`${wrong.length} of ${acknowledged} keys lost their last write`);
      expect(wrong.length).toBeLessThan(acknowledged / 100);
      await expectWhole();
    },
  );
});
