import { Deadline } from '../../base/deadline.js';
import type { PlanStep } from '../../cluster/plan-step.js';
import { countReplicas, placeReplicas } from '../../cluster/replica-placement.js';
import type { NodeId } from '../../cluster/topology.js';
import { resolveOptions } from '../../config/resolve.js';
import { addReplicaSchema, type AddReplicaOptions } from '../../config/scaling-schema.js';
import { again } from '../../runtimes/detect.js';
import { withConnections } from '../connections.js';
import { attachReplicas, bootNewcomers, introduceNewcomers, JOIN_MS, nextNodes } from '../join.js';
import { ownersAmong } from '../members.js';
import { readJournal, resumption, withJournal } from '../journal.js';
import type { StatusReport } from '../observe.js';
import type { OperationOptions } from '../up.js';
import { planFor, type ScalingPlan } from './plan.js';
import { change, masterNamed, nameOf, servingMasters, type Scene } from './scene.js';

export interface AddReplicaResult extends StatusReport {
  readonly added: readonly { readonly replica: string; readonly master: string }[];
  readonly elapsedMs: number;
}

interface Asked {
  readonly of?: string | undefined;
  readonly count: number;
}

/**
 * Boots replicas, of one master or of those that have fewest, and returns when they are in sync. After an interruption
 * the same command goes on with the nodes that it had begun with.
 *
 * @throws CONFIG_INVALID, NODE_UNKNOWN, NOT_A_MASTER, UNHEALTHY, PORT_IN_USE, NODE_FAILED, TIMEOUT, LOCKED
 */
export async function addReplica(
  cluster: string,
  options: AddReplicaOptions = {},
  activity: OperationOptions = {},
): Promise<AddReplicaResult> {
  const asked = resolveOptions(addReplicaSchema, options);
  const command = JSON.stringify(['add-replica', asked.of ?? '', asked.count]);
  return change(cluster, activity, async (scene, running) => {
    const { found } = scene;
    const journal = await readJournal(cluster, command);
    const newcomers = journal?.newcomers ?? nextNodes(found, asked.count);
    if (journal !== undefined) running.emit({ type: 'notice', text: resumption(newcomers) });
    const homes = homesOf(scene, asked);
    return withJournal(cluster, { command, newcomers }, async () => {
      await bootNewcomers(found, newcomers, running);
      return withConnections((await again(found)).record, async (connected) => {
        const deadline = Deadline.after(JOIN_MS, running.signal);
        await introduceNewcomers(connected, newcomers, deadline);
        const added = newcomers.map(({ name }, index) => ({
          replica: name,
          // One that follows somebody since before the interruption goes on to.
          master: nameOf(scene.members, masterOf(scene, name) ?? homes[index] ?? ''),
        }));
        running.emit({ type: 'step', text: 'waiting until the replicas are in sync' });
        const owners = ownersAmong(scene);
        await attachReplicas(
          connected,
          // One that has taken over since the interruption stays what it is.
          added.filter(({ replica }) => !owners.has(replica)),
          deadline,
        );
        return { added };
      });
    });
  });
}

/** @throws CONFIG_INVALID, NODE_UNKNOWN, NOT_A_MASTER, UNHEALTHY */
export async function planAddReplica(cluster: string, options: AddReplicaOptions = {}): Promise<ScalingPlan> {
  const asked = resolveOptions(addReplicaSchema, options);
  return planFor(cluster, (scene) => {
    const newcomers = nextNodes(scene.found, asked.count);
    const homes = homesOf(scene, asked);
    return newcomers.flatMap(({ name, port }, index): PlanStep[] => {
      const master = homes[index] ?? '';
      return [
        { kind: 'boot', node: name, port },
        { kind: 'meet', node: name, via: master },
        { kind: 'replicate', replica: name, master },
      ];
    });
  });
}

function masterOf({ members, topology }: Scene, name: string): NodeId | undefined {
  const id = members.find((member) => member.name === name)?.id;
  return topology.nodes.find((node) => node.id === id)?.replicaOf;
}

function homesOf(scene: Scene, { of, count }: Asked): NodeId[] {
  if (of !== undefined) return new Array<NodeId>(count).fill(masterNamed(scene, of).id);
  return placeReplicas(countReplicas(scene.topology, servingMasters(scene.topology)), count);
}
