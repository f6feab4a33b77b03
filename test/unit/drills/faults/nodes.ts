import type { NodeReport, StatusReport } from '../../../../src/operations/observe.js';
import type { SlotRange } from '../../../../src/cluster/slots.js';

function node(number: number, changes: Partial<NodeReport>): NodeReport {
  return {
    name: `node-${number}`,
    port: 7000 + number - 1,
    id: `${number}`.padStart(8, 'a').padEnd(40, '0'),
    endpoint: `127.0.0.1:${7000 + number - 1}`,
    role: 'master',
    replicaOf: undefined,
    slots: [],
    slotCount: 0,
    state: 'running',
    keys: 0,
    memoryBytes: 0,
    linkUp: true,
    ...changes,
  };
}

const owning = (first: number, last: number) => {
  const range: SlotRange = [first, last];
  return { slots: [range], slotCount: last - first + 1 };
};
const following = (master: string) => ({ role: 'replica' as const, replicaOf: master });

/** Three masters, of which the second has most keys, a replica each and a second one of the first; an empty master. */
export const STATUS: Pick<StatusReport, 'nodes'> = {
  nodes: [
    node(1, { ...owning(0, 5460), keys: 10 }),
    node(2, { ...owning(5461, 10_922), keys: 30 }),
    node(3, { ...owning(10_923, 16_383), keys: 20 }),
    node(4, following('node-1')),
    node(5, following('node-2')),
    node(6, following('node-3')),
    node(7, following('node-1')),
    node(8, {}),
  ],
};

export function withState(name: string, state: NodeReport['state']): Pick<StatusReport, 'nodes'> {
  return { nodes: STATUS.nodes.map((other) => (other.name === name ? { ...other, state } : other)) };
}
