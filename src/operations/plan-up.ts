import { all } from '../base/concurrency.js';
import { RclusterError } from '../base/errors.js';
import { planFormation } from '../cluster/formation.js';
import type { SlotRange } from '../cluster/slots.js';
import type { Role } from '../cluster/topology.js';
import { resolveUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { nodeSpecs, type ClusterSpec, type RuntimeKind } from '../config/types.js';
import { chooseRuntime } from '../runtimes/detect.js';
import type { Runtime } from '../runtimes/runtime.js';

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
  const spec = behaviour.anyPort ? await withFreePorts(runtime, asked) : asked;
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
}

/** Moves the base port up until every node's port is free. */
export async function withFreePorts(runtime: Runtime, spec: ClusterSpec): Promise<ClusterSpec> {
  const count = spec.masters * (1 + spec.replicas);
  for (let basePort = spec.basePort; basePort + count <= 55_536; basePort += count) {
    const candidate = { ...spec, basePort };
    const free = await all(nodeSpecs(candidate), (node) => runtime.portIsFree(candidate, node.port));
    if (free.every(Boolean)) return candidate;
  }
  throw new RclusterError('PORT_IN_USE', `no ${count} ports in a row are free from ${spec.basePort} on`);
}
