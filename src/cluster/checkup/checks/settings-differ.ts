import { configured, isUnseen, type CheckupFacts, type ConfiguredNode } from '../facts.js';
import { findingFor, verb, type Check, type CheckupFinding } from '../finding.js';
import { isSaneTimeout } from './node-timeout.js';

/** Settings that should be the same everywhere, since any node may become a master. */
const SHARED: readonly {
  readonly parameter: string;
  /** Whether what most have can be set on the others without harm. */
  readonly isHarmless: (facts: CheckupFacts, value: string) => boolean;
}[] = [
  // What most have may be what is wrong.
  { parameter: 'cluster-node-timeout', isHarmless: (facts, value) => isSaneTimeout(facts, Number(value)) },
  { parameter: 'cluster-require-full-coverage', isHarmless: () => true },
  { parameter: 'cluster-allow-reads-when-down', isHarmless: () => true },
  { parameter: 'cluster-replica-validity-factor', isHarmless: () => true },
  // A lower limit evicts keys.
  { parameter: 'maxmemory', isHarmless: () => false },
  { parameter: 'maxmemory-policy', isHarmless: () => false },
];

export const settingsAgree: Check = {
  title: 'settings that decide over failover and data are the same on every node',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    return SHARED.flatMap(({ parameter, isHarmless }) =>
      differing(nodes, parameter, (value) => isHarmless(facts, value)),
    );
  },
};

function differing(
  nodes: readonly ConfiguredNode[],
  parameter: string,
  isHarmless: (value: string) => boolean,
): CheckupFinding[] {
  const valueOf = ({ config }: ConfiguredNode) => config.get(parameter) ?? '';
  const usual = majorityOf(nodes.map(valueOf));
  if (usual === undefined) return [];
  return findingFor(
    nodes.filter((node) => valueOf(node) !== usual.value),
    (names, those) => ({
      code: 'SETTINGS_DIFFER',
      severity: 'warning',
      message: `${parameter} is ${those.map(valueOf)[0] ?? ''} on ${names}, and ${usual.value} on ${usual.count} others`,
      why: 'After a failover the cluster behaves otherwise than before, and nobody knows why.',
      mend: `CONFIG SET ${parameter} to the same on ${verb(those, 'that node', 'those nodes')}, and CONFIG REWRITE`,
    }),
    isHarmless(usual.value) ? () => ({ parameter, value: usual.value }) : undefined,
  );
}

/** What most have; undefined when all have the same. Of as many, the first. */
function majorityOf(values: readonly string[]): { value: string; count: number } | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size < 2) return undefined;
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first === undefined ? undefined : { value: first[0], count: first[1] };
}
