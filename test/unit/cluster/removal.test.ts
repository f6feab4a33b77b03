import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyMoves, countMoved } from '../../../src/cluster/rebalance.js';
import { planRemoval, remainingMasters } from '../../../src/cluster/removal.js';
import { SLOT_COUNT, countSlots, toRanges, toSlots } from '../../../src/cluster/slots.js';
import { masters, mergeTopology, replicasOf, type Topology } from '../../../src/cluster/topology.js';
import { thrownBy } from '../helpers/errors.js';
import { anyOwners } from './any-owners.js';
import { changed, healthyEntries, idOf, viewsOf } from './pictures.js';

const healthy = mergeTopology(viewsOf(healthyEntries(4, 1)));
const without = (topology: Topology, ...numbers: number[]) => planRemoval(topology, numbers.map(idOf));

describe('planRemoval', () => {
  test('of a replica only forgets it', () => {
    expect(without(healthy, 6)).toEqual({ moves: [], replicas: [], forget: [idOf(6)] });
  });

  test('of nobody does nothing', () => {
    expect(without(healthy)).toEqual({ moves: [], replicas: [], forget: [] });
  });

  test('of a master moves its slots alone, as much as possible to its neighbours', () => {
    const { moves } = without(healthy, 2);
    expect(moves).toEqual([
      { from: idOf(2), to: idOf(1), slots: [[4096, 5461]] },
      { from: idOf(2), to: idOf(3), slots: [[6827, 8191]] },
      { from: idOf(2), to: idOf(4), slots: [[5462, 6826]] },
    ]);
  });

  test('of a master sends its replicas to whoever has fewest', () => {
    expect(without(healthy, 2).replicas).toEqual([{ replica: idOf(6), master: idOf(1) }]);
    expect(without(healthy, 2, 7).replicas).toEqual([{ replica: idOf(6), master: idOf(3) }]);
  });

  test('of a master and its replica leaves no replica to be sent', () => {
    expect(without(healthy, 2, 6).replicas).toEqual([]);
  });

  test('forgets replicas before masters, each once', () => {
    expect(without(healthy, 1, 5, 2, 6, 1).forget).toEqual([5, 6, 1, 2].map(idOf));
  });

  test('of a master that failed and owns nothing only forgets it', () => {
    const entries = changed(healthyEntries(4, 1), 5, {
      role: 'master',
      replicaOf: undefined,
      flags: ['master'],
      slots: [[0, 4095]],
      configEpoch: 9,
    });
    const failed = changed(entries, 1, { flags: ['master', 'fail'], slots: [] });
    expect(without(mergeTopology(viewsOf(failed, [1])), 1)).toEqual({
      moves: [],
      replicas: [],
      forget: [idOf(1)],
    });
  });
});

describe('refusals', () => {
  const details = (topology: Topology, ...numbers: number[]) => {
    const { code, details: problems } = thrownBy(() => without(topology, ...numbers));
    expect(code).toBe('CONFIG_INVALID');
    return problems;
  };

  test('when no master would remain', () => {
    expect(details(healthy, 1, 2, 3, 4)).toEqual(['no master would remain to take the slots']);
  });

  test('when a node is unknown', () => {
    expect(details(healthy, 99)).toEqual([`${idOf(99)} is not part of the cluster`]);
  });

  test('when a master with slots does not answer', () => {
    expect(details(mergeTopology(viewsOf(healthyEntries(4, 1), [2])), 2)).toEqual([
      `${idOf(2)} does not answer, so its 4096 slots cannot be moved`,
    ]);
  });

  test('when a replica that stays does not answer', () => {
    const silent = mergeTopology(viewsOf(healthyEntries(4, 1), [6]));
    expect(details(silent, 2)).toEqual([
      `${idOf(6)} does not answer, so it cannot leave ${idOf(2)}: remove it as well`,
    ]);
    expect(without(silent, 2, 6).forget).toEqual([idOf(6), idOf(2)]);
  });

  test('all together', () => {
    const silent = mergeTopology(viewsOf(healthyEntries(4, 1), [2, 6]));
    expect(details(silent, 99, 1, 2, 3, 4)).toHaveLength(4);
  });
});

describe('remainingMasters', () => {
  const remaining = (topology: Topology, ...numbers: number[]) =>
    remainingMasters(topology, numbers.map(idOf)).map(({ id }) => id);

  test('are those that do not leave, by port', () =>
    expect(remaining(healthy, 2, 6)).toEqual([1, 3, 4].map(idOf)));

  test('are not those that do not answer or are suspected', () => {
    const suspected = changed(healthyEntries(4, 1), 3, { flags: ['master', 'fail?'] });
    expect(remaining(mergeTopology(viewsOf(suspected, [4])))).toEqual([1, 2].map(idOf));
  });
});

/** Masters with any slots, each with up to three replicas; the other nodes' numbers follow the masters'. */
const anyTopology = fc
  .tuple(anyOwners(8), fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }))
  .map(([owners, replicas]): Topology => {
    const followed = owners.flatMap((_, index) => new Array<number>(replicas[index]!).fill(index + 1));
    const [blank] = healthyEntries(1, 0);
    const node = (number: number) => ({ ...blank!, id: idOf(number), port: 6999 + number, answered: true });
    const nodes = [
      ...owners.map(({ slots }, index) => ({ ...node(index + 1), slots, health: 'ok' as const })),
      ...followed.map((master, index) => ({
        ...node(owners.length + index + 1),
        role: 'replica' as const,
        replicaOf: idOf(master),
        slots: [],
        health: 'ok' as const,
      })),
    ];
    return { nodes, owners: new Array<undefined>(SLOT_COUNT).fill(undefined), disagreements: [] };
  });

describe('every plan', () => {
  const law = (check: (topology: Topology, leaving: string[]) => void) =>
    fc.assert(
      fc.property(anyTopology, fc.array(fc.nat(31), { maxLength: 6 }), (topology, picks) => {
        const leaving = [...new Set(picks.map((pick) => topology.nodes[pick % topology.nodes.length]!.id))];
        fc.pre(remainingMasters(topology, leaving).length > 0);
        check(topology, leaving);
      }),
      { numRuns: 50 },
    );

  test('moves exactly the slots of the leaving masters, each once, to those that stay', () => {
    law((topology, leaving) => {
      const { moves } = planRemoval(topology, leaving);
      const gone = topology.nodes
        .filter(({ id }) => leaving.includes(id))
        .flatMap(({ slots }) => toSlots(slots));
      expect(toRanges(moves.flatMap(({ slots }) => toSlots(slots)))).toEqual(toRanges(gone));
      expect(countMoved(moves)).toBe(gone.length);
      expect(moves.every(({ from, to }) => leaving.includes(from) && !leaving.includes(to))).toBe(true);
    });
  });

  test('fills the masters that stay from the lowest up: who got some has no more than one above the poorest', () => {
    law((topology, leaving) => {
      const before = masters(topology);
      const after = applyMoves(before, planRemoval(topology, leaving).moves);
      const staying = after.filter(({ id }) => !leaving.includes(id));
      const least = Math.min(...staying.map(({ slots }) => countSlots(slots)));
      for (const { id, slots } of staying) {
        const had = countSlots(before.find((master) => master.id === id)?.slots ?? []);
        if (countSlots(slots) > had) expect(countSlots(slots) - least).toBeLessThanOrEqual(1);
      }
    });
  });

  test('sends every replica that a leaving master leaves behind, and no other, to a master that stays', () => {
    law((topology, leaving) => {
      const left = leaving
        .flatMap((id) => replicasOf(topology, id))
        .filter(({ id }) => !leaving.includes(id));
      const { replicas } = planRemoval(topology, leaving);
      expect(new Set(replicas.map(({ replica }) => replica))).toEqual(new Set(left.map(({ id }) => id)));
      expect(replicas).toHaveLength(left.length);
      const remaining = remainingMasters(topology, leaving).map(({ id }) => id);
      expect(replicas.every(({ master }) => remaining.includes(master))).toBe(true);
    });
  });

  test('forgets everyone who leaves, replicas first, whatever their order', () => {
    law((topology, leaving) => {
      const plan = planRemoval(topology, leaving);
      const roles = plan.forget.map((id) => topology.nodes.find((node) => node.id === id)!.role);
      expect(new Set(plan.forget)).toEqual(new Set(leaving));
      expect(roles).toEqual([...roles].sort().reverse());
      expect(planRemoval(topology, leaving.toReversed())).toEqual(plan);
    });
  });
});
