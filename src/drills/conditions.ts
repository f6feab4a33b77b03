import { CONDITIONS, type Condition } from '../config/scenario.js';
import { RclusterError } from '../base/errors.js';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import type { NodeReport } from '../operations/observe.js';
import { moment } from './moment.js';
import type { Errand, Setting, Stage } from './stage.js';

/** What the steps of a drill wait for. */

/** A look that asks every node over a new connection costs more than one at what the watcher heard. */
const LOOK_EVERY_MS = 100;
const GLANCE_EVERY_MS = 10;

/** Of whom nothing is heard, nothing is known: not that all is well either. */
const NOBODY = 'no node answers';

/** Waits until it is so. @throws TIMEOUT with what is missing, node by node */
export async function waitFor(
  stage: Stage,
  condition: Condition,
  of: string | undefined,
  withinMs: number,
): Promise<void> {
  const deadline = Deadline.after(withinMs, stage.setting.signal);
  if (condition === 'writable') return waitUntilWritable(stage.setting, deadline);
  const isLook = condition === 'healthy' || condition === 'rejoined';
  await waitUntilNothingIsMissing(() => missingFor(stage, condition, of), {
    deadline,
    what: `"${condition}": ${CONDITIONS[condition]}`,
    everyMs: isLook ? LOOK_EVERY_MS : GLANCE_EVERY_MS,
  });
}

/** What is missing right now, a line each. */
export async function missingFor(
  stage: Stage,
  condition: Condition,
  of: string | undefined,
): Promise<readonly string[]> {
  const { watcher, workload } = stage.setting;
  switch (condition) {
    case 'suspected':
    case 'failed': {
      const flags = condition === 'failed' ? ['fail'] : ['fail?', 'fail'];
      return unless(subjectsOf(stage, of), (node) =>
        flags.some((flag) => watcher.witnesses(node.id, flag).length > 0),
      ).map(({ name }) => `${name}: nobody calls it ${condition}`);
    }
    case 'promoted': {
      const { owners } = watcher.topology();
      const masters = subjectsOf(stage, of).filter(({ slotCount }) => slotCount > 0);
      return unless(masters, ({ id, slots }) => {
        const owner = owners[slots[0]?.[0] ?? 0];
        return owner !== undefined && owner !== id;
      }).map(({ name }) => `${name}: still owns its slots`);
    }
    case 'state-ok': {
      const states = [...watcher.states()];
      if (states.length === 0) return [NOBODY];
      return states.flatMap(([name, ok]) => (ok ? [] : [`${name}: says cluster_state:fail`]));
    }
    case 'state-fail':
      return [...watcher.states().values()].includes(false)
        ? []
        : ['every node that answers says cluster_state:ok'];
    case 'topology-agreed': {
      if (watcher.states().size === 0) return [NOBODY];
      const { disagreements } = watcher.topology();
      return disagreements.map(({ viewer, about }) => `${viewer.slice(0, 8)}: ${about}`);
    }
    case 'rejoined': {
      const nodes =
        of === undefined ? stage.strikes.flatMap((strike) => strike.nodes) : subjectsOf(stage, of);
      const status = await stage.look();
      const findings = status.findings.filter(({ severity }) => severity === 'error');
      return nodes.flatMap(({ name }) => {
        const now = status.nodes.find((node) => node.name === name);
        if (now?.role === undefined) return [`${name}: does not answer`];
        return findings.filter(({ node }) => node === name).map(({ message }) => message);
      });
    }
    case 'healthy': {
      const { findings } = await stage.look();
      return findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
    }
    case 'migrating': {
      const errand = errandOf(stage, of);
      if (errand.endedAt !== undefined)
        throw new RclusterError('TIMEOUT', `"${errand.text}" has ended already`);
      return errand.isMoving ? [] : [`"${errand.text}" moves nothing yet`];
    }
    case 'finished': {
      const errand = errandOf(stage, of);
      return errand.endedAt !== undefined ? [] : [`"${errand.text}" goes on`];
    }
    case 'writable':
      return [...workload.glimpse.writable].flatMap(([master, ok]) =>
        ok ? [] : [`${master}: takes no writes`],
      );
  }
}

/** One write of each profile to each shard, sent from now on. */
async function waitUntilWritable({ workload, profiles, shards }: Setting, deadline: Deadline): Promise<void> {
  const late = AbortSignal.timeout(Math.ceil(deadline.remainingMs));
  const signal = deadline.signal === undefined ? late : AbortSignal.any([deadline.signal, late]);
  const since = moment();
  const outcomes = await Promise.allSettled(
    shards.flatMap((master) =>
      profiles.map((profile) => workload.firstWrite(master, profile, since, signal)),
    ),
  );
  deadline.throwIfAborted();
  if (outcomes.every(({ status }) => status === 'fulfilled')) return;
  const closed = [...workload.glimpse.writable].filter(([, ok]) => !ok).map(([master]) => master);
  throw new RclusterError(
    'TIMEOUT',
    `not every shard took writes within ${Math.round(deadline.totalMs / 1000)} s`,
    {
      details: closed.map((master) => `${master}: takes no writes`),
    },
  );
}

/** Whom a condition is about: the nodes of the named step, or of the last fault. */
function subjectsOf({ strikes, errands }: Stage, of: string | undefined): readonly NodeReport[] {
  const named = [...strikes, ...errands].findLast(({ name }) => name === of);
  const subject = of === undefined ? (strikes.at(-1) ?? errands.at(-1)) : named;
  if (subject === undefined)
    throw new RclusterError('CONFIG_INVALID', 'nothing was struck that this could be about');
  return subject.nodes;
}

export function errandOf({ errands }: Stage, of: string | undefined): Errand {
  const errand = of === undefined ? errands.at(-1) : errands.findLast(({ name }) => name === of);
  if (errand === undefined)
    throw new RclusterError('CONFIG_INVALID', 'there is no command that this could be about');
  return errand;
}

function unless<Item>(items: readonly Item[], test: (item: Item) => boolean): Item[] {
  return items.filter((item) => !test(item));
}
