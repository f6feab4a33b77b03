import { planFormation } from '../cluster/formation.js';
import type { SlotRange } from '../cluster/slots.js';
import type { Role } from '../cluster/topology.js';
import { resolveUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { nodeSpecs, type ClusterSpec, type RuntimeKind } from '../config/types.js';
import { chooseRuntime } from '../runtimes/detect.js';
import { onPorts } from './free-ports.js';

/** What `up` would do, without doing it. */
export interface UpPlan {
  readonly spec: ClusterSpec;
  readonly runtime: RuntimeKind;
  readonly runtimeReason: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly port: number;
    readonly role: Role;
    readonly replicaOf: string | undefined;
    readonly slots: readonly SlotRange[];
  }[];
}

/** @throws CONFIG_INVALID, ENGINE_FORBIDDEN, PORT_IN_USE */
export async function planUp(options: UpOptions = {}): Promise<UpPlan> {
  const { spec: asked, behaviour } = resolveUp(options);
  const { runtime, reason } = await chooseRuntime(behaviour.runtime, behaviour.redisServer);
  return onPorts(runtime, asked, behaviour, async (spec) => {
    const nodes = nodeSpecs(spec);
    await runtime.checkRoom(spec, nodes);
    const { masters, replicas } = planFormation(spec.masters, spec.replicas);
    const masterOf = new Map(replicas.map(({ node, master }) => [node, nodes[master]?.name]));
    return {
      spec,
      runtime: runtime.kind,
      runtimeReason: reason,
      nodes: nodes.map(({ name, port }, index) => ({
        name,
        port,
        role: masterOf.has(index) ? 'replica' : 'master',
        replicaOf: masterOf.get(index),
        slots: masters.filter(({ node }) => node === index).map(({ slots }) => slots),
      })),
    };
  });
}
