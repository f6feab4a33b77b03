import { isUnseen, type CheckupFacts, type HostFacts, type NodeFacts, type Unseen } from '../facts.js';
import { findingFor, type Check } from '../finding.js';

/** What https://redis.io/docs/latest/operate/oss_and_stack/management/admin/ asks of the kernel. */

type HostedNode = NodeFacts & { readonly host: HostFacts };

/** The nodes of whose host anything is known; why not, when of none. */
export function hosted({ nodes, lab }: CheckupFacts): HostedNode[] | Unseen {
  const known = nodes.filter((node): node is HostedNode => node.host !== undefined);
  if (known.length > 0) return known;
  return {
    unseen:
      lab === undefined
        ? 'a node does not tell it: look on each host at vm.overcommit_memory, transparent huge pages, net.core.somaxconn and ulimit -n'
        : 'the host of the nodes could not be looked at',
  };
}

export const forksSucceed: Check = {
  title: 'the kernel lets a large server fork (vm.overcommit_memory)',
  judge: (facts) => {
    const nodes = hosted(facts);
    if (isUnseen(nodes)) return nodes;
    return findingFor(
      nodes.filter(({ host }) => host.overcommit !== undefined && host.overcommit !== 1),
      (_, [first]) => ({
        code: 'OVERCOMMIT_OFF',
        severity: 'warning',
        message: `vm.overcommit_memory is ${first?.host.overcommit ?? ''} on the host of the nodes`,
        why: 'A fork for a save or for a new replica may be refused when memory is more than half used.',
        mend: 'on the host: sysctl vm.overcommit_memory=1, and the same in /etc/sysctl.conf',
      }),
    );
  },
};

export const hugePagesAreOff: Check = {
  title: 'transparent huge pages are off',
  judge: (facts) => {
    const nodes = hosted(facts);
    if (isUnseen(nodes)) return nodes;
    return findingFor(
      // Redis 6.2 and newer turn them off for themselves (disable-thp).
      nodes.filter(
        ({ host, said }) => host.hugePages === 'always' && said?.config?.get('disable-thp') !== 'yes',
      ),
      () => ({
        code: 'HUGE_PAGES_ON',
        severity: 'warning',
        message: 'transparent huge pages are always on, and the server does not turn them off for itself',
        why: 'After each fork whole huge pages are copied: latency spikes, and much more memory in use.',
        mend: 'on the host: echo never > /sys/kernel/mm/transparent_hugepage/enabled',
      }),
    );
  },
};
