import { RclusterError } from '../../base/errors.js';
import type { PlanStep, PlannedNode } from '../../cluster/plan-step.js';
import { renderAsRedisCli, type RedisCliLine } from '../../cluster/redis-cli.js';
import { hostOf } from '../../config/announce.js';
import type { Port } from '../../config/types.js';
import { lookAt, nameOf, servingMasters, type Scene } from './scene.js';

/** What a command would do, without doing it. */
export interface ScalingPlan {
  readonly cluster: string;
  /** With the nodes' names. */
  readonly steps: readonly PlanStep[];
  /** The redis-cli commands that would do the same. */
  readonly redisCli: readonly RedisCliLine[];
}

/** @param stepsOf with the nodes' ids; a node that is yet to boot goes by its name */
export async function planFor(
  cluster: string,
  stepsOf: (scene: Scene) => readonly PlanStep[],
): Promise<ScalingPlan> {
  return lookAt(cluster, (scene) => {
    const steps = stepsOf(scene);
    const { spec } = scene.found.record;
    const booting = new Map(
      steps.flatMap((step) => (step.kind === 'boot' ? [[step.node, step.port] as const] : [])),
    );
    const portOf = (node: PlannedNode): Port => {
      const port = booting.get(node) ?? scene.topology.nodes.find(({ id }) => id === node)?.port;
      if (port === undefined) throw new RclusterError('INTERNAL', `the plan names ${node}, which is nobody`);
      return port;
    };
    const endpointOf = (node: PlannedNode) => ({ host: hostOf(spec), port: portOf(node) });
    const named = (node: PlannedNode) => (booting.has(node) ? node : nameOf(scene.members, node));
    return {
      cluster,
      steps: steps.map((step) => withNames(step, named)),
      redisCli: renderAsRedisCli(steps, endpointOf, servingMasters(scene.topology)),
    };
  });
}

function withNames(step: PlanStep, named: (node: PlannedNode) => string): PlanStep {
  switch (step.kind) {
    case 'boot':
      return step;
    case 'meet':
      return { ...step, node: named(step.node), via: named(step.via) };
    case 'move':
      return { ...step, move: { ...step.move, from: named(step.move.from), to: named(step.move.to) } };
    case 'replicate':
      return { ...step, replica: named(step.replica), master: named(step.master) };
    case 'forget':
    case 'remove':
    case 'failover':
      return { ...step, node: named(step.node) };
  }
}
