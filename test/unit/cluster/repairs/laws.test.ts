import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRepairs } from '../../../../src/cluster/repairs/plan.js';
import type { Repair, RepairInput } from '../../../../src/cluster/repairs/repair.js';
import { situationOf, type Situation } from '../../../../src/cluster/repairs/situation.js';
import { evenRanges, toSlots, type Slot } from '../../../../src/cluster/slots.js';
import type { NodeId } from '../../../../src/cluster/topology.js';
import { idOf } from '../pictures.js';
import {
  applyRepair,
  copyOf,
  inputOf,
  keysIn,
  livingMasters,
  noOwners,
  nodeOf,
  type Model,
  type ModelNode,
} from './model.js';

/** Where things go wrong: two slots of each master's share at least. */
const SLOTS: readonly Slot[] = [0, 1, 2, 5000, 6000, 6001, 9000, 11_000, 11_001, 16_383];

/** A run works through all slots: npm test has time for few, `LAW_RUNS=150 npx vitest run test/unit/cluster/repairs/laws.test.ts` for more. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 5);

const any = fc.nat(999);
const slot = fc.constantFrom(...SLOTS);
const mishap = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('move' as const), slot, from: any, to: any }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('migrating' as const, 'importing' as const),
      slot,
      node: any,
      peer: any,
    }),
  },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('key' as const), slot, node: any, key: fc.constantFrom('a', 'b') }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ what: fc.constant('claim' as const), slot, node: any, newest: fc.boolean() }) }, // prettier-ignore
  fc.record({ what: fc.constant('uncover' as const), slot }),
  fc.record({ what: fc.constant('stale' as const), slot, node: any, owner: any }),
  fc.record({ what: fc.constant('unknown' as const), node: any, stranger: any }),
  fc.record({ what: fc.constant('handshake' as const), node: any }),
  fc.record({ what: fc.constant('follow' as const), node: any, master: any }),
);

type Mishap = typeof mishap extends fc.Arbitrary<infer Value> ? Value : never;

const clusters = fc
  .record({
    masters: fc.integer({ min: 2, max: 4 }),
    replicas: fc.nat(2),
    down: fc.array(fc.record({ node: any, kept: fc.boolean() }), { maxLength: 2 }),
    mishaps: fc.array(mishap, { maxLength: 12 }),
  })
  .map(({ masters, replicas, down, mishaps }) => {
    const count = masters * (1 + replicas);
    // One master stays up at least: without any there is nobody to repair with.
    const fallen = new Map(down.map(({ node, kept }) => [1 + (node % (count - 1)), kept]));
    if (masters - [...fallen.keys()].filter((index) => index < masters).length < 1) fallen.clear();
    const owners = noOwners();
    evenRanges(masters).forEach((range, index) => {
      for (const each of toSlots([range])) owners[each] = idOf(index + 1);
    });
    const nodes = Array.from({ length: count }, (_, index): ModelNode => ({
      id: idOf(index + 1),
      port: 7000 + index,
      role: index < masters ? 'master' : 'replica',
      replicaOf: index < masters ? undefined : idOf((index % masters) + 1),
      epoch: index < masters ? index + 1 : 0,
      up: !fallen.has(index),
      kept: fallen.get(index) ?? true,
      owners: [...owners],
      knows: new Set(Array.from({ length: count }, (_, other) => idOf(other + 1))),
      handshakes: [],
      marks: [],
      keys: new Map(),
    }));
    mishaps.forEach((each, index) => happen(nodes, each, index));
    spread(nodes, owners);
    return nodes;
  });

function happen(model: Model, what: Mishap, index: number) {
  const masters = model.filter(({ role }) => role === 'master');
  const pick = (from: Model, at: number) => from[at % from.length]!;
  const living = livingMasters(model);
  const mark = (node: ModelNode, state: 'migrating' | 'importing', at: Slot, peer: NodeId) => {
    node.marks = [
      ...node.marks.filter((other) => other.slot !== at || other.state !== state),
      { slot: at, state, peer },
    ];
  };
  switch (what.what) {
    case 'move': {
      const [from, to] = [pick(masters, what.from), pick(masters, what.to)];
      mark(from, 'migrating', what.slot, to.id);
      mark(to, 'importing', what.slot, from.id);
      return;
    }
    case 'migrating':
    case 'importing':
      mark(pick(living, what.node), what.what, what.slot, pick(model, what.peer).id);
      return;
    case 'key': {
      const node = pick(masters, what.node);
      node.keys.set(what.slot, keysIn(node, what.slot).set(what.key, node.id));
      return;
    }
    case 'claim': {
      const node = pick(living, what.node);
      node.owners[what.slot] = node.id;
      if (what.newest) node.epoch = 100 + index;
      return;
    }
    case 'uncover':
      for (const node of model) node.owners[what.slot] = undefined;
      return;
    case 'stale':
      pick(living, what.node).owners[what.slot] = pick(masters, what.owner).id;
      return;
    case 'unknown': {
      const [node, stranger] = [pick(model, what.node), pick(model, what.stranger)];
      if (node !== stranger && node.replicaOf !== stranger.id && node.up && stranger.up)
        node.knows.delete(stranger.id);
      return;
    }
    case 'handshake':
      pick(model, what.node).handshakes.push(idOf(1000 + index));
      return;
    case 'follow': {
      const node = pick(model, what.node);
      if (node.role === 'replica' && node.up) node.replicaOf = pick(masters, what.master).id;
      return;
    }
  }
}

/** Replicas hear of the newest claims, and have what their masters have. */
function spread(model: Model, formed: readonly (NodeId | undefined)[]) {
  for (const replica of model.filter(({ role }) => role === 'replica')) {
    for (const each of SLOTS) {
      const silent = formed[each] !== undefined && !nodeOf(model, formed[each]).up ? formed[each] : undefined;
      const named = livingMasters(model).flatMap((node) => node.owners[each] ?? []);
      const [newest] = [
        ...new Set([
          ...named,
          ...(replica.owners[each] === undefined || silent === undefined ? [] : [silent]),
        ]),
      ]
        .filter((id) => !nodeOf(model, id).up || nodeOf(model, id).owners[each] === id)
        .sort((a, b) => nodeOf(model, b).epoch - nodeOf(model, a).epoch);
      replica.owners[each] = newest ?? replica.owners[each];
    }
    const master = model.find(({ id }) => id === replica.replicaOf);
    for (const [each, keys] of master?.keys ?? []) replica.keys.set(each, new Map(keys));
  }
}

/** All copies of all keys in these nodes, as `slot key`. */
const keysOf = (nodes: Model) =>
  new Set(
    nodes.flatMap(({ keys }) =>
      [...keys].flatMap(([at, held]) => [...held.keys()].map((key) => `${at} ${key}`)),
    ),
  );

interface Repaired {
  readonly before: Model;
  readonly input: RepairInput;
  readonly situation: Situation;
  readonly repairs: readonly Repair[];
  readonly after: Model;
}

const law = (check: (repaired: Repaired) => void) =>
  fc.assert(
    fc.property(clusters, (before) => {
      const input = inputOf(before);
      const situation = situationOf(input);
      // Slots of a master whose replicas are behind are waited for.
      fc.pre(situation.blocked.size === 0);
      const repairs = planRepairs(input);
      const after = copyOf(before);
      for (const repair of repairs) applyRepair(after, repair);
      check({ before, input, situation, repairs, after });
    }),
    {
      numRuns: RUNS,
      // A cluster in full takes megabytes to print; its seed and path are enough to have it again.
      reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
        if (failed)
          throw new Error(`broken: { seed: ${seed}, path: '${counterexamplePath ?? ''}' }`, {
            cause: errorInstance,
          });
      },
    },
  );

describe('after all repairs', () => {
  test('every slot has one owner, a living master, on which all agree', () => {
    law(({ after }) => {
      const [first, ...others] = after.filter(({ up }) => up);
      const living = new Set(livingMasters(after).map(({ id }) => id));
      expect(first!.owners.every((owner) => owner !== undefined && living.has(owner))).toBe(true);
      for (const node of others) expect(node.owners.findIndex((id, at) => id !== first!.owners[at])).toBe(-1);
    });
  });

  test('no mark and no handshake remains, and who answers knows all others who do', () => {
    law(({ after }) => {
      const up = after.filter((node) => node.up);
      for (const node of up) {
        expect([node.marks, node.handshakes]).toEqual([[], []]);
        expect(up.filter(({ id }) => !node.knows.has(id)).map(({ id }) => id)).toEqual([]);
      }
    });
  });

  test('every key is on its owner alone', () => {
    law(({ after }) => {
      for (const node of livingMasters(after)) {
        for (const [at, keys] of node.keys) if (keys.size > 0) expect(node.owners[at]).toBe(node.id);
      }
    });
  });

  test('every key that a living master had is still there, and all others unless a repair said it loses data', () => {
    law(({ before, after, repairs }) => {
      const left = keysOf(after.filter(({ role, kept }) => role === 'master' && kept));
      const had = repairs.some(({ losesData }) => losesData !== undefined)
        ? livingMasters(before)
        : before.filter(({ role, kept }) => role === 'master' && kept);
      for (const key of keysOf(had)) expect(left).toContain(key);
    });
  });

  test('a key that had several copies has the value of the slot’s owner', () => {
    law(({ before, situation: { verdicts }, after }) => {
      for (const at of SLOTS) {
        const verdict = verdicts[at]!;
        if (verdict.state !== 'owned') continue;
        const { owners } = livingMasters(after)[0]!;
        const kept = keysIn(nodeOf(after, owners[at]!), at);
        for (const [key, copy] of keysIn(nodeOf(before, verdict.owner), at)) expect(kept.get(key)).toBe(copy);
      }
    });
  });

  test('nothing is left to repair', () => {
    law(({ after }) => expect(planRepairs(inputOf(after))).toEqual([]));
  });
});

test('the same input gives the same plan, and is left as it was', () => {
  law(({ before, input, repairs }) => {
    expect(planRepairs(structuredClone(input))).toEqual(repairs);
    expect(input).toEqual(inputOf(before));
  });
});
