import { RclusterError, isRclusterError } from '../base/errors.js';
import { silent } from '../base/events.js';
import { plural } from '../base/format.js';
import { PROFILES, type Expectation } from '../config/expectation.js';
import type { Load, Scenario } from '../config/scenario.js';
import { rememberDrill } from '../operations/drill-memory.js';
import { observe, type StatusReport } from '../operations/observe.js';
import { observeSettled } from '../operations/settle.js';
import { withClusterLock } from '../operations/state-folder.js';
import type { OperationOptions } from '../operations/up.js';
import { REPORT_VERSION, type DrillReport, type DrillRun, type Environment } from '../reports/model.js';
import { findCluster, type FoundCluster } from '../runtimes/detect.js';
import { environmentOf } from './environment.js';
import { evaluate } from './expectations.js';
import { healAll, readLedger, seededRandom } from './faults/index.js';
import { loadSettings } from './load.js';
import { errorsIn, runOnce } from './run.js';
import { summaryOf, verdictOf } from './summary.js';

export interface DrillOptions extends OperationOptions {
  /** How often; default 1. */
  readonly runs?: number;
  /** Of everything that is left to chance; default: drawn, and told in the report. */
  readonly seed?: number;
  /** Held against every run besides those of the scenario. */
  readonly expectations?: readonly Expectation[];
  /** Instead of what the scenario says of the load. */
  readonly load?: Load;
  /** Begin although something is wrong with the cluster. */
  readonly allowUnhealthy?: boolean;
}

const MAX_SEED = 2 ** 31;

/**
 * Runs a scenario against a cluster, as often as asked, and holds what it measured against what was expected. Whatever
 * ends it, everything that it broke is healed.
 *
 * @throws CLUSTER_UNKNOWN; UNHEALTHY when something is wrong before it begins; FAULT_LEFT; LOCKED, INTERRUPTED
 */
export async function runDrill(
  cluster: string,
  scenario: Scenario,
  {
    runs = 1,
    seed = Math.floor(Math.random() * MAX_SEED),
    expectations = [],
    load = {},
    ...rest
  }: DrillOptions = {},
): Promise<DrillReport> {
  const { emit = silent, signal, allowUnhealthy = false } = rest;
  return withClusterLock(cluster, { emit, signal }, async () => {
    // What a drill that was killed left behind; whoever allows for an ill cluster may have broken it on purpose.
    if (!allowUnhealthy && (await readLedger(cluster)).length > 0) await healAll(cluster, { emit });
    const found = await findCluster(cluster);
    const status = await observe(found);
    if (!allowUnhealthy) requireHealthy(status);
    const masters = status.nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);
    const asked = loadSettings({ ...scenario.load, ...load }, masters.length, PROFILES.length);
    const environment = await environmentOf(found, status, asked, seed, new Date());
    const done: DrillRun[] = [];
    let skipped = lackingFor(scenario, status);
    try {
      for (let number = 1; number <= runs && skipped === null; number += 1) {
        if (runs > 1) emit({ type: 'step', text: `run ${number} of ${runs}` });
        const chance = { seed: seed + number - 1, random: seededRandom(seed + number - 1) };
        const plan = { ...chance, scenario, load: asked, profiles: PROFILES, number, emit, signal };
        const run = await runOnce(found, plan);
        const illness = number < runs && !allowUnhealthy ? await illnessOf(found) : [];
        if (illness.length === 0) {
          done.push(run);
          continue;
        }
        emit({ type: 'warning', text: `stopping after run ${number}: the cluster is not whole again` });
        // Fewer runs than were asked for are no pass.
        done.push({ ...run, error: run.error ?? `not whole again: ${illness.join('; ')}` });
        break;
      }
    } catch (error) {
      if (!isRclusterError(error, 'FAULT_IMPOSSIBLE') || done.length > 0) throw error;
      skipped = error.message;
    }
    const report = reportOf(
      scenario,
      environment,
      done,
      [...scenario.expectations, ...expectations],
      skipped,
    );
    if (isPassedFailover(report)) await rememberDrill(cluster, report.drill);
    return report;
  });
}

/** A drill on a cluster that is ill already would measure the illness. @throws UNHEALTHY */
function requireHealthy(status: StatusReport): void {
  const wrong = errorsIn(status);
  if (wrong.length === 0) return;
  throw new RclusterError('UNHEALTHY', `"${status.cluster}" is not healthy to begin with`, {
    details: wrong,
    hint: 'rcluster fix, or --allow-unhealthy to run the drill all the same',
  });
}

/** What another run would measure besides, since the last one left it behind. */
async function illnessOf(found: FoundCluster): Promise<string[]> {
  return errorsIn(await observeSettled(found));
}

/** Why the cluster is not fit for the scenario; null when it is. */
function lackingFor({ needs }: Scenario, { nodes }: StatusReport): string | null {
  const masters = nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0);
  if (masters.length < needs.masters) {
    return `it needs ${plural(needs.masters, 'master')} with slots, and there are ${masters.length}`;
  }
  const poorest = masters
    .map(({ name }) => ({
      name,
      replicas: nodes.filter(({ replicaOf, linkUp }) => replicaOf === name && linkUp).length,
    }))
    .find(({ replicas }) => replicas < needs.replicas);
  if (poorest === undefined) return null;
  return `it needs ${plural(needs.replicas, 'replica')} of each master, and ${poorest.name} has ${poorest.replicas}`;
}

/** A drill that passed without anybody being promoted proves nothing of failovers. */
function isPassedFailover({ verdict, runs }: DrillReport): boolean {
  return verdict === 'pass' && runs.every(({ promotions }) => promotions > 0);
}

function reportOf(
  { name, question, settings }: Scenario,
  environment: Environment,
  runs: readonly DrillRun[],
  expectations: readonly Expectation[],
  skipped: string | null,
): DrillReport {
  const results = runs.flatMap((run) => expectations.map((expectation) => evaluate(expectation, run)));
  const summary = summaryOf(runs, results);
  return {
    ...{ version: REPORT_VERSION, drill: name, question, runs, summary },
    environment: { ...environment, settings: { ...environment.settings, ...settings } },
    expectations: results,
    verdict: verdictOf(summary, skipped),
    skipped,
  };
}
