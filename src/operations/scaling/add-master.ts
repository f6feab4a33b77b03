import { all } from '../../base/concurrency.js';
import { Deadline } from '../../base/deadline.js';
import type { PlanStep } from '../../cluster/plan-step.js';
import type { ClusterNode } from '../../cluster/topology.js';
import { resolveOptions } from '../../config/resolve.js';
import { addMasterSchema, type AddMasterOptions } from '../../config/scaling-schema.js';
import type { NodeSpec } from '../../config/types.js';
import { again } from '../../runtimes/detect.js';
import { withConnections } from '../connections.js';
import { attachReplicas, bootNewcomers, introduceNewcomers, JOIN_MS, nextNodes } from '../join.js';
import { readJournal, resumption, withJournal } from '../journal.js';
import { ownersAmong, readMembership } from '../members.js';
import { waitUntilServing } from '../migration/serving.js';
import type { OperationOptions } from '../up.js';
import { planFor, type ScalingPlan } from './plan.js';
import { evenly, moveAsPlanned } from './rebalance.js';
import { change, migrationOptions, servingMasters, type ScalingResult } from './scene.js';

export interface AddMasterResult extends ScalingResult {
  /** The new nodes' names: the masters, then their replicas. */
  readonly added: readonly string[];
}

const COMMAND = 'add-master';

/**
 * Boots masters with their replicas, makes every node know them, and moves their share of slots over. After an
 * interruption the same command goes on with the nodes that it had begun with.
 *
 * @throws CONFIG_INVALID, UNHEALTHY, PORT_IN_USE, NODE_FAILED, TIMEOUT, LOCKED, MIGRATION_FAILED
 */
export async function addMaster(
  cluster: string,
  options: AddMasterOptions = {},
  activity: OperationOptions = {},
): Promise<AddMasterResult> {
  const asked = resolveOptions(addMasterSchema, options);
  return change(cluster, activity, async ({ found }, running) => {
    const replicas = asked.replicas ?? found.record.spec.replicas;
    const journal = await readJournal(cluster, COMMAND);
    const newcomers = journal?.newcomers ?? nextNodes(found, asked.count * (1 + replicas));
    const count = journal?.masters ?? asked.count;
    if (journal !== undefined) running.emit({ type: 'notice', text: resumption(newcomers) });
    return withJournal(cluster, { command: COMMAND, newcomers, masters: count }, async () => {
      await bootNewcomers(found, newcomers, running);
      const { record } = await again(found);
      return withConnections(record, async (connected) => {
        const names = newcomers.map(({ name }) => name);
        running.emit({ type: 'step', text: `introducing ${names.join(', ')} to the cluster` });
        const deadline = Deadline.after(JOIN_MS, running.signal);
        await introduceNewcomers(connected, newcomers, deadline);
        const { masters, pairs } = familiesOf(newcomers, count);
        const membership = await readMembership(connected);
        const { members } = membership;
        // One that has taken over since the interruption stays what it is.
        const owners = ownersAmong(membership);
        await attachReplicas(
          connected,
          pairs.filter(({ replica }) => !owners.has(replica)),
          deadline,
        );
        const newMasters = members.filter(({ name }) => masters.includes(name));
        // Also one that gets no slots yet: `status` straight afterwards shall find nothing wrong.
        await all(newMasters, waitUntilServing);
        const weights = new Map(newMasters.map(({ id }) => [id, asked.weight] as const));
        const plan = asked.rebalance ? evenly(weights) : () => [];
        return {
          ...(await moveAsPlanned(record, connected, plan, migrationOptions(running, asked))),
          added: names,
        };
      });
    });
  });
}

/** @throws CONFIG_INVALID, UNHEALTHY */
export async function planAddMaster(cluster: string, options: AddMasterOptions = {}): Promise<ScalingPlan> {
  const asked = resolveOptions(addMasterSchema, options);
  return planFor(cluster, ({ found, topology }) => {
    const replicas = asked.replicas ?? found.record.spec.replicas;
    const newcomers = nextNodes(found, asked.count * (1 + replicas));
    const { masters, pairs } = familiesOf(newcomers, asked.count);
    const owners = servingMasters(topology);
    const via = owners[0]?.id ?? '';
    const grown = {
      ...topology,
      nodes: [...topology.nodes, ...newcomers.slice(0, asked.count).map(futureMaster)],
    };
    const plan = asked.rebalance ? evenly(new Map(masters.map((id) => [id, asked.weight]))) : () => [];
    return [
      ...newcomers.map(({ name, port }): PlanStep => ({ kind: 'boot', node: name, port })),
      ...newcomers.map(({ name }): PlanStep => ({ kind: 'meet', node: name, via })),
      ...pairs.map((pair): PlanStep => ({ kind: 'replicate', ...pair })),
      ...plan(grown).map((move): PlanStep => ({ kind: 'move', move })),
    ];
  });
}

/** Who of the new nodes is a master, and who follows whom: the masters come first, their replicas in turn. */
function familiesOf(newcomers: readonly NodeSpec[], count: number) {
  const masters = newcomers.slice(0, count).map(({ name }) => name);
  const pairs = newcomers
    .slice(count)
    .map(({ name }, index) => ({ replica: name, master: masters[index % masters.length] ?? '' }));
  return { masters, pairs };
}

/** A master that is yet to boot, as the planners see it. */
function futureMaster({ name, port }: NodeSpec): ClusterNode {
  return {
    ...{ id: name, port, host: '', role: 'master', replicaOf: undefined, configEpoch: 0 },
    ...{ slots: [], openSlots: [], answered: true, health: 'ok' },
  };
}
