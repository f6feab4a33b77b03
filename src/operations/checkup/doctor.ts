import { silent } from '../../base/events.js';
import { checkup } from '../../cluster/checkup/checkup.js';
import type { AppliedFix, CheckupReport } from '../../cluster/checkup/report.js';
import { resolveDoctor, type ClusterUrl, type DoctorOptions } from '../../config/doctor-schema.js';
import { findCluster } from '../../runtimes/detect.js';
import type { Activity } from '../../runtimes/runtime.js';
import { withConnections } from '../connections.js';
import { withClusterLock } from '../state-folder.js';
import type { OperationOptions } from '../up.js';
import { collectFacts, collectForeignFacts } from './facts.js';
import { withForeignNodes } from './foreign.js';
import { applyFixes } from './mend.js';

/**
 * Goes through the production checklist: asks every node, looks at their host, measures, and says what is wrong, why that
 * matters and what mends it. With `fix` it first does what a CONFIG SET mends. A cluster that rcluster did not make (`url`)
 * is only looked at.
 *
 * @throws CONFIG_INVALID, CLUSTER_UNKNOWN, REDIS_ERROR when the node at `url` cannot be asked, INTERRUPTED
 */
export async function doctor(
  cluster: string,
  options: DoctorOptions = {},
  { emit = silent, signal }: OperationOptions = {},
): Promise<CheckupReport> {
  const since = performance.now();
  const { fix, url } = resolveDoctor(options);
  const activity = { emit, signal };
  const { fixed, ...outcome } =
    url !== undefined ? await examineForeign(url, activity) : await examine(cluster, fix, activity);
  return { ...outcome, fixed, elapsedMs: performance.now() - since };
}

type Outcome = Omit<CheckupReport, 'elapsedMs'>;

async function examine(cluster: string, fix: boolean, activity: Activity): Promise<Outcome> {
  const { emit } = activity;
  const look = async (fixed: readonly AppliedFix[]): Promise<Outcome> => {
    const found = await findCluster(cluster);
    emit({ type: 'step', text: 'asking every node, and measuring between them' });
    return withConnections(found.record, async (connected) => {
      const outcome = checkup(await collectFacts(found, connected, activity));
      if (!fix || fixed.length > 0) return { ...outcome, fixed };
      emit({ type: 'step', text: 'mending what CONFIG SET mends' });
      const applied = await applyFixes(outcome.findings, connected);
      return applied.length === 0 ? { ...outcome, fixed } : look(applied);
    });
  };
  return fix ? withClusterLock(cluster, activity, () => look([])) : look([]);
}

async function examineForeign(url: ClusterUrl, { emit, signal }: Activity): Promise<Outcome> {
  emit({ type: 'step', text: `asking every node that ${url.host}:${url.port} knows` });
  return withForeignNodes(url, async (subjects) => {
    const outcome = checkup(await collectForeignFacts(url, subjects, signal));
    // Whoever may only look is not promised that something would be mended.
    const findings = outcome.findings.map((finding) => ({ ...finding, fixes: [] }));
    return { ...outcome, findings, fixed: [] };
  });
}
