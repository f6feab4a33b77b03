import { RclusterError, isRclusterError } from '../base/errors.js';
import { drillSchema, loadAskedFor, type DrillRunOptions } from '../config/drill-schema.js';
import { resolveOptions } from '../config/resolve.js';
import type { Scenario } from '../config/scenario.js';
import type { OperationOptions } from '../operations/up.js';
import type { DrillReport } from '../reports/model.js';
import { findCluster } from '../runtimes/detect.js';
import { runDrill } from './runner.js';

/**
 * Runs a scenario against a cluster with options as flags or the library give them.
 *
 * @throws CONFIG_INVALID with every problem at once, CLUSTER_UNKNOWN, UNHEALTHY, FAULT_LEFT, LOCKED, INTERRUPTED
 */
export async function drillCluster(
  cluster: string,
  scenario: Scenario,
  options: DrillRunOptions = {},
  activity: OperationOptions = {},
): Promise<DrillReport> {
  const asked = resolveOptions(drillSchema, options);
  await requireOurs(cluster, asked.iKnowThisIsNotALab);
  return runDrill(cluster, scenario, {
    ...activity,
    runs: asked.runs,
    ...(asked.seed === undefined ? {} : { seed: asked.seed }),
    expectations: asked.expect,
    load: loadAskedFor(asked),
    allowUnhealthy: asked.allowUnhealthy,
  });
}

/**
 * Every fault acts on containers or processes that rcluster made, and a cluster that somebody else made has none: saying
 * that one knows what one does cannot change that, but it shall be answered with the reason.
 *
 * @throws CONFIG_INVALID when the name that was given is not that of the cluster; CLUSTER_UNKNOWN
 */
async function requireOurs(cluster: string, confirmed: string | undefined): Promise<void> {
  if (confirmed !== undefined && confirmed !== cluster) {
    throw new RclusterError(
      'CONFIG_INVALID',
      `--i-know-this-is-not-a-lab names "${confirmed}", but the drill is for "${cluster}"`,
      { hint: `--cluster ${confirmed}` },
    );
  }
  try {
    await findCluster(cluster);
  } catch (error) {
    if (!isRclusterError(error, 'CLUSTER_UNKNOWN')) throw error;
    throw new RclusterError('CLUSTER_UNKNOWN', `rcluster made no cluster that is called "${cluster}"`, {
      details: [
        ...(confirmed === undefined
          ? []
          : [
              'faults act on the containers or processes of the nodes, which rcluster has for its own clusters alone',
            ]),
        ...error.details,
      ],
      hint: error.hint,
      cause: error,
    });
  }
}
