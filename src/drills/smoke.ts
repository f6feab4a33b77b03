import { randomBytes } from 'node:crypto';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { RclusterError, isRclusterError, messageOf } from '../base/errors.js';
import { silent, type Emit } from '../base/events.js';
import { bytes, duration, plural } from '../base/format.js';
import { SLOT_COUNT, toSlots } from '../cluster/slots.js';
import { resolveOptions } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { smokeSchema, type SmokeOptions } from '../config/smoke-schema.js';
import { down } from '../operations/down.js';
import { startNode } from '../operations/node-lifecycle.js';
import type { StatusReport } from '../operations/observe.js';
import { check } from '../operations/repair/fix.js';
import { addMaster } from '../operations/scaling/add-master.js';
import { rebalance } from '../operations/scaling/rebalance.js';
import { up, type OperationOptions } from '../operations/up.js';
import type { SmokeCheck, SmokeReport } from '../reports/smoke-model.js';
import { kill } from './kill.js';
import { WriteProbe } from './probe.js';

/** Replication is asynchronous: what a master acknowledged in its last moment may be gone with it. */
const LOSABLE_MS = 100;
/** The probe's, from its beat. */
const WRITES_PER_SECOND = 500;
const WRITES_LOSABLE = (LOSABLE_MS / 1000) * WRITES_PER_SECOND;
const WRITE_ALL_MS = 15_000;
const SETTLE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** What the checks hand on to each other. */
interface Course {
  readonly name: string;
  readonly activity: Required<OperationOptions>;
  readonly maxOutageMs: number;
  readonly upOptions: UpOptions;
  status: StatusReport | undefined;
  victim: string | undefined;
}

/** A check says what it measured, or throws. */
type Check = readonly [name: string, run: (course: Course) => Promise<string>];

const CHECKS: readonly Check[] = [
  ['a cluster comes up', comesUp],
  ['every slot takes writes and gives them back', takesWrites],
  ['a killed master is replaced in time', isReplaced],
  ['the killed node comes back', comesBack],
  ['a master is added', grows],
  ['the slots are shared evenly', isEven],
  ['nothing is left to repair', isHealthy],
];
const TAKEN_DOWN = 'the cluster goes down';

/**
 * Boots a cluster of its own on free ports, uses, breaks, mends and grows it, and takes it down whatever happens: a
 * pipeline's proof that Redis Cluster works on the machine that it runs on. A check that fails is in the report; the
 * ones after it are not tried.
 *
 * @throws CONFIG_INVALID, INTERRUPTED after taking the cluster down, and what `up` throws where the environment lacks
 *   something
 */
export async function smoke(
  options: SmokeOptions = {},
  { emit = silent, signal }: OperationOptions = {},
): Promise<SmokeReport> {
  const { maxOutage, ...upOptions } = resolveOptions(smokeSchema, options);
  const name = `smoke-${randomBytes(3).toString('hex')}`;
  const startedAt = new Date().toISOString();
  const since = performance.now();
  const course: Course = {
    name,
    activity: { emit, signal },
    maxOutageMs: maxOutage * 1000,
    upOptions: { ...upOptions, cluster: name, anyPort: true },
    status: undefined,
    victim: undefined,
  };
  const checks: SmokeCheck[] = [];
  try {
    for (const [title, run] of CHECKS) {
      const isLost = checks.some(({ verdict }) => verdict === 'fail');
      checks.push(isLost ? notTried(title) : await tried(title, () => run(course)));
    }
  } finally {
    checks.push(await tried(TAKEN_DOWN, () => takeDown(name, emit)));
  }
  return {
    cluster: name,
    image: course.status?.image ?? null,
    startedAt,
    elapsedMs: performance.now() - since,
    checks,
    verdict: checks.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'fail',
  };
}

function notTried(name: string): SmokeCheck {
  return { name, verdict: 'skip', elapsedMs: 0, message: 'not tried' };
}

/** What says nothing about the cluster is no verdict: an interruption, and an environment that lacks something. */
const NO_VERDICT = [
  'INTERRUPTED',
  'ENGINE_MISSING',
  'ENGINE_FORBIDDEN',
  'IMAGE_UNAVAILABLE',
  'SERVER_MISSING',
];

async function tried(name: string, run: () => Promise<string>): Promise<SmokeCheck> {
  const since = performance.now();
  try {
    const message = await run();
    return { name, verdict: 'pass', elapsedMs: performance.now() - since, message };
  } catch (error) {
    if (isRclusterError(error) && NO_VERDICT.includes(error.code)) throw error;
    const details = isRclusterError(error) ? error.details : [];
    const message = [messageOf(error), ...details].join('; ');
    return { name, verdict: 'fail', elapsedMs: performance.now() - since, message };
  }
}

async function comesUp(course: Course): Promise<string> {
  course.status = await up(course.upOptions, course.activity);
  return `${plural(course.status.nodes.length, 'node')} of ${course.status.image}`;
}

async function takesWrites(course: Course): Promise<string> {
  const { nodes } = statusOf(course);
  const { emit, signal } = course.activity;
  emit({ type: 'step', text: 'writing to every slot' });
  const endpoints = nodes.map(({ endpoint, port }) => ({ host: endpoint.replace(/:\d+$/, ''), port }));
  const probe = new WriteProbe(endpoints, toSlots([[0, SLOT_COUNT - 1]]), randomBytes(4).toString('hex'));
  try {
    const deadline = Deadline.after(WRITE_ALL_MS, signal);
    await probe.start(deadline);
    await probe.sweep(deadline);
  } catch (error) {
    await probe.abandon();
    throw error;
  }
  const { acknowledged, failed, lost } = await probe.finish();
  if (lost > 0) throw new Error(`${lost} of ${acknowledged} writes were lost`);
  // A write that a busy machine was late for has been tried again: every slot has taken one.
  const again = failed === 0 ? '' : `; ${failed} had to be tried again`;
  return `${acknowledged} writes to ${SLOT_COUNT} slots, all read back${again}`;
}

async function isReplaced(course: Course): Promise<string> {
  const victim = statusOf(course).nodes.find(({ role }) => role === 'master')?.name ?? '';
  course.victim = victim;
  const { promoted, outageMs, writes } = await kill(course.name, {
    target: { master: victim },
    ...course.activity,
  });
  if (outageMs === undefined || writes === undefined) throw new Error('the failover could not be measured');
  const text = `${promoted ?? '?'} took over; writes failed for ${duration(outageMs)}, ${writes.lost} of ${writes.acknowledged} were lost`;
  if (outageMs > course.maxOutageMs)
    throw new Error(`${text}: longer than ${duration(course.maxOutageMs)} (--max-outage)`);
  if (writes.lost > WRITES_LOSABLE)
    throw new Error(`${text}: more than asynchronous replication explains (${WRITES_LOSABLE})`);
  return text;
}

async function comesBack({ name, victim = '', activity }: Course): Promise<string> {
  const { node } = await startNode(name, victim, activity);
  return `${node.name} follows ${node.replicaOf ?? 'nobody'}`;
}

async function grows({ name, activity }: Course): Promise<string> {
  const { added, slotsMoved, keysMoved, bytesMoved } = await addMaster(name, {}, activity);
  return `${added.join(' and ')}; ${slotsMoved} slots moved with ${plural(keysMoved, 'key')} (${bytes(bytesMoved)})`;
}

async function isEven({ name, activity }: Course): Promise<string> {
  const { nodes } = await rebalance(name, {}, activity);
  const counts = nodes.filter(({ role }) => role === 'master').map(({ slotCount }) => slotCount);
  const apart = Math.max(...counts) - Math.min(...counts);
  if (apart > 1) throw new Error(`masters have ${counts.join(', ')} slots`);
  return `${plural(counts.length, 'master')} with ${Math.min(...counts)} slots each`;
}

async function isHealthy({ name, activity: { signal } }: Course): Promise<string> {
  // What passes by itself, as when a node was late for a moment, is no finding.
  await waitUntilNothingIsMissing(
    async () => {
      const { healthy, findings, repairs } = await check(name);
      return healthy
        ? []
        : [...findings.map(({ message }) => message), ...repairs.map(({ problem }) => problem)];
    },
    { deadline: Deadline.after(SETTLE_MS, signal), what: 'check to find nothing', everyMs: LOOK_EVERY_MS },
  );
  return 'check finds nothing';
}

/** Not to be interrupted: it is what an interruption is followed by. */
async function takeDown(name: string, emit: Emit): Promise<string> {
  const { removed } = await down(name, { emit });
  return `${plural(removed.length, 'node')} removed`;
}

function statusOf({ status }: Course): StatusReport {
  if (status === undefined) throw new RclusterError('INTERNAL', 'the cluster is not up');
  return status;
}
