import { describe, expect, test } from 'vitest';
import { planRepairs } from '../../../../src/cluster/repairs/plan.js';
import type { Repair, RepairInput } from '../../../../src/cluster/repairs/repair.js';
import { situationOf, slotsToCount } from '../../../../src/cluster/repairs/situation.js';
import {
  mergeTopology,
  type NodeEntry,
  type NodeView,
  type OpenSlot,
} from '../../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from '../pictures.js';

const entries = healthyEntries();
const healthy = viewsOf(entries);
const migrating = (slot: number, to: number): OpenSlot => ({ slot, state: 'migrating', peer: idOf(to) });
const importing = (slot: number, from: number): OpenSlot => ({ slot, state: 'importing', peer: idOf(from) });

type Marks = Readonly<Record<number, readonly OpenSlot[]>>;
/** `[node, slot, keys]`. */
type Keys = readonly (readonly [number, number, number])[];

/** The views with what each node says of its own marks. */
function marked(views: readonly NodeView[], marks: Marks): NodeView[] {
  return views.map((view) => {
    const own = Object.entries(marks).find(([number]) => idOf(Number(number)) === view.self)?.[1] ?? [];
    return {
      ...view,
      entries: view.entries.map((entry) => (entry.id === view.self ? { ...entry, openSlots: own } : entry)),
    };
  });
}

/** The views with node-`viewer`'s own changed. */
function seenBy(
  views: readonly NodeView[],
  viewer: number,
  change: (own: NodeEntry[]) => NodeEntry[],
): NodeView[] {
  return views.map((view) =>
    view.self === idOf(viewer) ? { ...view, entries: change([...view.entries]) } : view,
  );
}

const namesUpTo = (count: number, without: readonly number[] = []) =>
  new Map(
    Array.from({ length: count }, (_, index) => index + 1)
      .filter((number) => !without.includes(number))
      .map((number) => [idOf(number), `node-${number}`]),
  );

function plan(views: readonly NodeView[], keys: Keys = [], more: Partial<RepairInput> = {}): Repair[] {
  return planRepairs({
    topology: mergeTopology(views),
    views,
    names: namesUpTo(9),
    keys: keys.map(([node, slot, count]) => ({ node: idOf(node), slot, keys: count })),
    ...more,
  });
}

/** node-N is down: the others agree that it failed. */
const down = (picture: readonly NodeEntry[], number: number) =>
  changed(picture, number, {
    flags: [picture.find(({ id }) => id === idOf(number))?.role === 'replica' ? 'slave' : 'master', 'fail'],
    linkUp: false,
  });

/** Without node-4, the replica of node-1; node-1 is down. */
const bereft = down(
  entries.filter(({ id }) => id !== idOf(4)),
  1,
);
const bereftViews = [2, 3, 5, 6].map((number) => viewOf(number, bereft));

const kinds = (repairs: readonly Repair[]) => repairs.map(({ kind }) => kind);

test('a healthy cluster needs no repair', () => expect(plan(healthy)).toEqual([]));

describe('an open slot', () => {
  const bothSides: Marks = { 1: [migrating(7, 2)], 2: [importing(7, 1)] };

  test('goes on moving when both sides know of it', () => {
    expect(
      plan(marked(healthy, bothSides), [
        [1, 7, 3],
        [2, 7, 2],
      ]),
    ).toEqual([
      // prettier-ignore
      {
        kind: 'finish-move',
        slots: [[7, 7]],
        from: idOf(1),
        owner: idOf(2),
        keys: 3,
        holders: [],
        marked: [],
        problem: 'slot 7 is half moved from node-1 to node-2',
        remedy: 'the move goes on (3 keys left on node-1)',
        losesData: undefined,
      },
    ]);
  });

  test('goes on although the target says that it comes from the master that failed before', () => {
    expect(kinds(plan(marked(healthy, { 1: [migrating(7, 2)], 2: [importing(7, 4)] })))).toEqual([
      'finish-move',
    ]);
  });

  test('takes the marks and keys of third nodes along', () => {
    const marks = { ...bothSides, 3: [importing(7, 1)] };
    expect(plan(marked(healthy, marks), [[3, 7, 1]])).toMatchObject([
      { kind: 'finish-move', owner: idOf(2), holders: [{ node: idOf(3), keys: 1 }], marked: [idOf(3)] },
    ]);
  });

  test('stays with the source when the target is full', () => {
    const views = marked(healthy, bothSides);
    expect(
      plan(
        views,
        [
          [1, 7, 3],
          [2, 7, 2],
        ],
        { full: new Set([idOf(2)]) },
      ),
    ).toMatchObject([
      // prettier-ignore
      {
        kind: 'close-slots',
        owner: idOf(1),
        holders: [{ node: idOf(2), keys: 2 }],
        marked: [idOf(1), idOf(2)],
        remedy: 'node-1 keeps what it owns, node-1 gets the 2 keys on node-2 and the marks on node-1 and node-2 are removed',
        losesData: undefined,
      },
    ]);
  });

  test('goes on when both sides are full', () => {
    const full = new Set([idOf(1), idOf(2)]);
    expect(kinds(plan(marked(healthy, bothSides), [], { full }))).toEqual(['finish-move']);
  });

  test('is closed at an importer that has none of its keys', () => {
    expect(plan(marked(healthy, { 2: [importing(7, 1)] }), [[1, 7, 3]])).toMatchObject([
      { kind: 'close-slots', slots: [[7, 7]], owner: idOf(1), holders: [], marked: [idOf(2)] },
    ]);
  });

  test('is closed after the importer gave the keys back to the owner', () => {
    expect(plan(marked(healthy, { 2: [importing(7, 1)] }), [[2, 7, 3]])).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), holders: [{ node: idOf(2), keys: 3 }], marked: [idOf(2)] },
    ]);
  });

  test.each([
    ['that is not importing', 2],
    ['that is a replica', 5],
    ['that nobody knows', 99],
  ])('is closed at an owner whose target is a node %s', (_, target) => {
    expect(plan(marked(healthy, { 1: [migrating(7, target)] }))).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), holders: [], marked: [idOf(1)], losesData: undefined },
    ]);
  });

  test('gets back what a target holds that is not importing any more', () => {
    expect(plan(marked(healthy, { 1: [migrating(7, 2)] }), [[2, 7, 4]])).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), holders: [{ node: idOf(2), keys: 4 }] },
    ]);
  });

  test('is closed at an importer that owns it', () => {
    expect(plan(marked(healthy, { 1: [importing(7, 2)] }))).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), marked: [idOf(1)] },
    ]);
  });

  test('brings the late keys of a source that knows it has lost the slot to the target', () => {
    expect(plan(marked(healthy, { 2: [migrating(7, 1)] }), [[2, 7, 1]])).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), holders: [{ node: idOf(2), keys: 1 }], marked: [idOf(2)] },
    ]);
  });

  test('shares a repair with those that need the same', () => {
    const views = marked(healthy, {
      2: [importing(8, 1), importing(7, 1), importing(20, 1), importing(30, 1)],
    });
    expect(
      plan(views, [
        [2, 8, 3],
        [2, 7, 4],
      ]),
    ).toMatchObject([
      // prettier-ignore
      { slots: [[7, 8]], holders: [{ node: idOf(2), keys: 7 }] },
      { slots: [[20, 20], [30, 30]], holders: [] }, // prettier-ignore
    ]);
  });
});

describe('a failover in the middle of a move', () => {
  /** node-4 or node-5 took over from its master, which came back as its replica. */
  const promoted = (master: number) => {
    const heir = { role: 'master' as const, replicaOf: undefined, flags: ['master'], configEpoch: 9 };
    const slots = entries[master - 1]!.slots;
    return changed(changed(entries, master + 3, { ...heir, slots }), master, {
      role: 'replica',
      replicaOf: idOf(master + 3),
      flags: ['slave'],
      slots: [],
    });
  };

  test('of the source brings the keys home from the target', () => {
    const views = marked(viewsOf(promoted(1)), { 2: [importing(7, 1)] });
    expect(
      plan(views, [
        [2, 7, 5],
        [4, 7, 5],
      ]),
    ).toMatchObject([
      // prettier-ignore
      { kind: 'close-slots', owner: idOf(4), holders: [{ node: idOf(2), keys: 5 }], losesData: undefined },
    ]);
  });

  test('of the target lets the move go on to its heir, which has keys of the slot', () => {
    const views = marked(viewsOf(promoted(2)), { 1: [migrating(7, 2)] });
    expect(
      plan(views, [
        [1, 7, 5],
        [5, 7, 5],
      ]),
    ).toMatchObject([{ kind: 'finish-move', from: idOf(1), owner: idOf(5), holders: [], marked: [] }]);
  });

  test('of the target ends the move when the node has come to follow the source', () => {
    const following = changed(entries, 2, {
      role: 'replica',
      replicaOf: idOf(1),
      flags: ['slave'],
      slots: [],
    });
    const views = marked(viewsOf(following), { 1: [migrating(7, 2)] });
    expect(
      plan(views, [[1, 7, 5]]).filter(({ kind }) => kind.endsWith('move') || kind === 'close-slots'),
    ).toMatchObject([{ kind: 'close-slots', owner: idOf(1), holders: [], marked: [idOf(1)] }]);
  });

  test('of a target that is gone by now takes the move back from its heir, as the mark is forgotten', () => {
    const gone = viewsOf(changed(promoted(2), 2, { flags: ['slave', 'fail'] }), [2]);
    const keys: Keys = [
      [1, 7, 5],
      [5, 7, 2],
    ];
    const names = namesUpTo(6, [2]);
    expect(plan(marked(gone, { 1: [migrating(7, 2)] }), keys, { names })).toMatchObject([
      { kind: 'forget-node', node: idOf(2) },
      { kind: 'close-slots', owner: idOf(1), holders: [{ node: idOf(5), keys: 2 }], marked: [idOf(1)] },
    ]);
  });

  test('of the target takes the move back when its heir has none', () => {
    const views = marked(viewsOf(promoted(2)), { 1: [migrating(7, 2)] });
    expect(plan(views, [[1, 7, 5]])).toMatchObject([
      { kind: 'close-slots', owner: idOf(1), holders: [], marked: [idOf(1)] },
    ]);
  });
});

describe('a target that is down', () => {
  const moving = (views: NodeView[]) => marked(views, { 2: [migrating(6000, 1)] });

  test('and holds keys of an open slot had better be started', () => {
    expect(plan(moving(bereftViews)).at(-1)).toMatchObject({
      kind: 'close-slots',
      owner: idOf(2),
      losesData: 'what node-1 holds is given up: start it again instead (rcluster start node-1)',
    });
  });

  test('is replaced by its replica, whose keys come back', () => {
    const views = viewsOf(down(entries, 1), [1]);
    expect(plan(moving(views), [[4, 6000, 2]])).toMatchObject([
      { kind: 'promote', node: idOf(4), master: idOf(1) },
      { kind: 'close-slots', owner: idOf(2), holders: [{ node: idOf(4), keys: 2 }] },
    ]);
  });

  test('is waited for while the cluster reaches it', () => {
    const views = entries.map((_, index) => viewOf(index + 1, entries)).slice(1);
    expect(plan(moving(views))).toEqual([]);
  });
});

describe('slots that nobody serves', () => {
  const [first, ...others] = entries;
  const gap = (picture: readonly NodeEntry[]) => changed(picture, 1, { slots: [[0, 99], [103, 5460]] }); // prettier-ignore
  const uncovered = viewsOf(gap([first!, ...others]));

  test('go to the master with the fewest slots when nobody has keys', () => {
    expect(plan(uncovered)).toMatchObject([
      {
        kind: 'uncovered',
        slots: [[100, 102]],
        owner: idOf(1),
        lastOwner: undefined,
        problem: 'slots 100-102 are served by nobody',
        remedy: 'node-1 becomes the owner',
        losesData: undefined,
      },
    ]);
  });

  test('go to the one that has keys', () => {
    expect(plan(uncovered, [[2, 100, 1]])).toMatchObject([
      { slots: [[100, 100]], owner: idOf(2), holders: [], losesData: undefined },
      { slots: [[101, 102]], owner: idOf(1) },
    ]);
  });

  test('go to the one that has most keys, and may lose the other copy of one', () => {
    expect(
      plan(uncovered, [
        [2, 101, 1],
        [3, 101, 5],
      ]),
    ).toMatchObject([
      // prettier-ignore
      { slots: [[100, 100], [102, 102]] }, // prettier-ignore
      {
        slots: [[101, 101]],
        owner: idOf(3),
        holders: [{ node: idOf(2), keys: 1 }],
        losesData: "of a key that has several copies, node-3's is kept whichever is newer",
      },
    ]);
  });

  test('go to one with memory rather than to one with more keys', () => {
    expect(
      plan(
        uncovered,
        [
          [2, 101, 1],
          [3, 101, 5],
        ],
        { full: new Set([idOf(3)]) },
      ),
    ).toMatchObject([
      // prettier-ignore
      { owner: idOf(1) },
      { owner: idOf(2), holders: [{ node: idOf(3), keys: 5 }] },
    ]);
  });

  test('lose the marks of an interrupted move', () => {
    const views = marked(uncovered, { 2: [importing(101, 1)] });
    expect(plan(views, [[2, 101, 1]])).toContainEqual(
      expect.objectContaining({ kind: 'uncovered', owner: idOf(2), marked: [idOf(2)] }),
    );
  });

  test('are shared out in stretches', () => {
    const none = viewsOf(entries.map((entry) => ({ ...entry, slots: [] })));
    expect(plan(none)).toMatchObject([
      { owner: idOf(1), slots: [[0, 5461]] },
      { owner: idOf(2), slots: [[5462, 10_922]] },
      { owner: idOf(3), slots: [[10_923, 16_383]] },
    ]);
  });

  test('stay with whom most take for the owner, although it has forgotten', () => {
    const views = seenBy(healthy, 1, (own) => changed(own, 1, { slots: [[1, 5460]] }));
    expect(plan(views)).toMatchObject([{ kind: 'uncovered', slots: [[0, 0]], owner: idOf(1) }]);
  });

  test('are taken from a master that is down only by who can lose its data', () => {
    const [cover] = plan(bereftViews);
    expect(cover).toMatchObject({
      kind: 'uncovered',
      lastOwner: idOf(1),
      problem: 'slots 0-2729 are served by nobody since node-1 went down',
      losesData: 'what node-1 holds is given up: start it again instead (rcluster start node-1)',
    });
  });

  test('are left alone while the cluster reaches the owner that does not answer us', () => {
    const views = entries.map((_, index) => viewOf(index + 1, entries)).slice(1);
    expect(plan(views, [[2, 7, 1]])).toEqual([]);
  });

  test('are taken by a replica of the master that is down', () => {
    expect(plan(viewsOf(down(entries, 1), [1]))).toEqual([
      {
        kind: 'promote',
        node: idOf(4),
        master: idOf(1),
        problem: 'node-1 is down, and its replica node-4 has not taken over',
        remedy: 'node-4 takes over without asking for votes',
        losesData:
          'writes that node-1 had not passed on to node-4 are given up: start node-1 again instead (rcluster start node-1)',
      },
    ]);
  });

  test('are taken by the replica that has got most', () => {
    const six = healthyEntries(3, 2);
    const offsets = new Map([[idOf(4), 10], [idOf(7), 11]]); // prettier-ignore
    expect(plan(viewsOf(down(six, 1), [1]), [], { offsets })).toMatchObject([
      { kind: 'promote', node: idOf(7) },
    ]);
  });

  test('are waited for while the replica has not heard that some are not its master’s any more', () => {
    const taken = changed(changed(entries, 1, { slots: [[1, 5460]] }), 2, { slots: [[0, 0], [5461, 10_922]], configEpoch: 9 }); // prettier-ignore
    const views = viewsOf(down(taken, 1), [1]).map((view) =>
      view.self === idOf(4) ? viewOf(4, down(entries, 1)) : view,
    );
    expect(plan(views)).toEqual([]);
  });

  test('count as lost when the target died after it took them, and only the source had heard', () => {
    // node-1 is down with the highest epoch; node-2 says that it gave node-1 a slot, the others do not know yet.
    const views = seenBy(
      bereftViews.map((view) => ({ ...view, entries: changed(view.entries, 1, { configEpoch: 9 }) })),
      2,
      (own) => changed(changed(own, 2, { slots: [[5462, 10_922]] }), 1, { slots: [[0, 5461]], configEpoch: 10 }), // prettier-ignore
    );
    const taken = plan(views).filter((repair) => repair.kind === 'uncovered' && repair.lastOwner === idOf(1));
    const slots = taken.flatMap((repair) => (repair.kind === 'uncovered' ? [...repair.slots] : []));
    expect(Math.max(...slots.map(([, last]) => last))).toBe(5461);
  });
});

describe('a slot claimed twice', () => {
  /** node-2 took slot 7 with a higher epoch; node-1, and `followers` with it, say that it is node-1's. */
  const taken = changed(changed(entries, 1, { slots: [[0, 6], [8, 5460]] }), 2, { slots: [[7, 7], [5461, 10_922]], configEpoch: 9 }); // prettier-ignore
  const disputed = (followers: readonly number[]) =>
    viewsOf(taken).map((view) => {
      const number = [1, ...followers].find((other) => idOf(other) === view.self);
      return number === undefined ? view : viewOf(number, entries);
    });

  test('is the one’s with the higher epoch, against a majority', () => {
    expect(plan(marked(disputed([3, 4, 5, 6]), { 1: [migrating(7, 2)] }), [[1, 7, 1]])).toEqual([
      {
        kind: 'claimed-twice',
        slots: [[7, 7]],
        owner: idOf(2),
        losers: [idOf(1)],
        holders: [{ node: idOf(1), keys: 1 }],
        marked: [idOf(1)],
        problem: 'slot 7 is claimed by node-2 and node-1 at once',
        remedy:
          'node-2, whose claim is the newest, keeps what is claimed, node-2 gets the 1 key on node-1 and the marks on node-1 are removed',
        losesData: undefined,
      },
    ]);
  });

  test('can lose a value when both have keys', () => {
    expect(
      plan(disputed([]), [
        [1, 7, 1],
        [2, 7, 1],
      ]),
    ).toMatchObject([
      // prettier-ignore
      { losesData: "of a key that has several copies, node-2's is kept whichever is newer" },
    ]);
  });

  test('is the smaller id’s when the epochs are equal', () => {
    const views = seenBy(healthy, 1, (own) => changed(own, 1, { slots: [[0, 5461]], configEpoch: 2 }));
    const winner = [idOf(1), idOf(2)].sort()[0];
    expect(plan(views)).toMatchObject([{ kind: 'claimed-twice', slots: [[5461, 5461]], owner: winner }]);
  });
});

describe('an owner of whom a master has not heard', () => {
  test('is told to that master', () => {
    const views = seenBy(healthy, 3, (own) => changed(own, 1, { slots: [[0, 5459]] }));
    expect(plan(views)).toMatchObject([
      {
        kind: 'views-differ',
        slots: [[5460, 5460]],
        owner: idOf(1),
        viewers: [idOf(3)],
        problem: 'node-3 does not know that node-1 owns slot 5460',
      },
    ]);
  });

  test('is left to gossip when it is a replica that has not', () => {
    expect(plan(seenBy(healthy, 6, (own) => changed(own, 1, { slots: [[0, 5459]] })))).toEqual([]);
  });
});

describe('keys on a node that does not own their slot', () => {
  test('go to the owner', () => {
    expect(
      plan(healthy, [
        [2, 7, 3],
        [3, 7, 1],
        [2, 8, 4],
      ]),
    ).toMatchObject([
      // prettier-ignore
      { kind: 'stray-keys', slots: [[7, 7]], owner: idOf(1), holders: [{ keys: 3 }, { keys: 1 }] },
      {
        kind: 'stray-keys',
        slots: [[8, 8]],
        holders: [{ node: idOf(2), keys: 4 }],
        problem: 'nobody can reach the 4 keys on node-2: slot 8 belongs to node-1',
        losesData: undefined,
      },
    ]);
  });
});

describe('membership', () => {
  const newcomer: NodeEntry = {
    ...entries[0]!,
    id: idOf(7),
    port: 7006,
    host: '172.30.0.17',
    slots: [],
    configEpoch: 0,
  };
  const seven = [...entries, newcomer];
  const unknownTo = (...viewers: readonly number[]) =>
    viewsOf(seven).map((view) =>
      viewers.some((number) => idOf(number) === view.self)
        ? { ...view, entries: view.entries.filter(({ id }) => id !== idOf(7)) }
        : view,
    );

  test('a node meets the one that it does not know', () => {
    expect(plan(unknownTo(1, 5))).toMatchObject([
      {
        kind: 'meet',
        node: idOf(7),
        at: [idOf(1), idOf(5)],
        problem: 'node-1 and node-5 do not know node-7',
      },
    ]);
  });

  test('two that do not know each other meet once', () => {
    const views = seenBy(unknownTo(1), 7, (own) => own.filter(({ id }) => id !== idOf(1)));
    expect(plan(views).filter(({ kind }) => kind === 'meet')).toHaveLength(1);
  });

  test('nobody meets a node that does not answer', () => {
    expect(kinds(plan(unknownTo(1).slice(0, 6)))).toEqual([]);
  });

  test('a handshake is forgotten by who is in it, before the two meet anew', () => {
    const handshake = { ...newcomer, id: 'f'.repeat(40), flags: ['handshake'] };
    const views = seenBy(unknownTo(1), 1, (own) => [...own, handshake]);
    expect(plan(views)).toMatchObject([
      {
        kind: 'forget-handshake',
        handshakes: [{ at: idOf(1), node: handshake.id }],
        problem: 'node-1 is in a handshake with 172.30.0.17:7006 that does not end',
      },
      { kind: 'meet', at: [idOf(1)], node: idOf(7) },
    ]);
  });

  describe('of a node whose container is gone', () => {
    const names = namesUpTo(7, [7]);
    const gone = viewsOf(down(seven, 7), [7]);

    test('ends wherever it is known', () => {
      const views = seenBy(gone, 3, (own) => own.filter(({ id }) => id !== idOf(7)));
      expect(plan(views, [], { names })).toMatchObject([
        { kind: 'forget-node', node: idOf(7), at: [1, 2, 4, 5, 6].map(idOf), losesData: undefined },
      ]);
    });

    test('does not end while the container is there', () => expect(plan(gone)).toEqual([]));

    test('does not end while the cluster reaches it', () => {
      expect(plan(viewsOf(seven, [7]), [], { names })).toEqual([]);
    });

    test('can lose the keys that were moving to it', () => {
      const [forget, close] = plan(marked(gone, { 1: [migrating(7, 7)] }), [], { names });
      expect(forget).toMatchObject({
        kind: 'forget-node',
        losesData: `slots were moving to ${idOf(7).slice(0, 8)}, and some of their keys with them`,
      });
      expect(close).toMatchObject({
        kind: 'close-slots',
        losesData: `what ${idOf(7).slice(0, 8)} held went with its container`,
      });
    });

    test('ends the move of a target that imports from it, as the mark is forgotten with it', () => {
      const marks = { 1: [migrating(7, 2)], 2: [importing(7, 7)] };
      const keys: Keys = [
        [1, 7, 3],
        [2, 7, 2],
      ];
      expect(plan(marked(gone, marks), keys, { names })).toMatchObject([
        { kind: 'forget-node', node: idOf(7) },
        { kind: 'close-slots', owner: idOf(1), holders: [{ node: idOf(2), keys: 2 }], losesData: undefined },
      ]);
      expect(kinds(plan(marked(gone, marks), keys))).toEqual(['finish-move']);
    });

    test('loses what it owned', () => {
      const repairs = plan(bereftViews, [], { names: namesUpTo(6, [1]) });
      expect(kinds(repairs)).toEqual(['forget-node', 'uncovered', 'uncovered']);
      for (const { losesData } of repairs) expect(losesData).toBeDefined();
    });

    test('ends after its replica took over', () => {
      const repairs = plan(viewsOf(down(entries, 1), [1]), [], { names: namesUpTo(6, [1]) });
      expect(kinds(repairs)).toEqual(['promote', 'forget-node']);
      expect(repairs[1]?.losesData).toBe('it rests on the promotion of node-4');
    });

    test('ends after its replica found another master', () => {
      const follower = { ...entries[3]!, id: idOf(8), port: 7007, replicaOf: idOf(7) };
      const views = [1, 2, 3, 4, 5, 6, 8].map((number) => viewOf(number, down([...seven, follower], 7)));
      expect(plan(views, [], { names: namesUpTo(8, [7]) })).toMatchObject([
        { kind: 'replicate', node: idOf(8), master: idOf(1) },
        { kind: 'forget-node', node: idOf(7), losesData: undefined },
      ]);
    });
  });
});

describe('a master without replica', () => {
  const lopsided = changed(entries, 4, { replicaOf: idOf(2) });

  test('gets one of another that has two', () => {
    expect(plan(viewsOf(lopsided))).toMatchObject([
      {
        kind: 'replicate',
        node: idOf(5),
        master: idOf(1),
        problem: 'node-1 has no replica, while node-2 has 2',
        remedy: 'node-5 follows node-1 instead',
      },
    ]);
  });

  test('gets one when its own is down', () => {
    const views = viewsOf(down(lopsided, 6), [6]);
    expect(plan(views)).toHaveLength(1);
    expect(plan(viewsOf(down(healthyEntries(3, 2), 4), [4]))).toEqual([]);
  });

  test('stays without when the others have one each', () => {
    const five = entries.filter(({ id }) => id !== idOf(4));
    expect(plan([1, 2, 3, 5, 6].map((number) => viewOf(number, five)))).toEqual([]);
  });

  test('needs none when it has no slots', () => {
    const empty: NodeEntry = { ...entries[0]!, id: idOf(7), port: 7006, slots: [], configEpoch: 0 };
    expect(plan(viewsOf([...healthyEntries(3, 1), empty]))).toEqual([]);
  });
});

test('membership comes first, then claims, coverage, open slots, strays, replicas', () => {
  const picture = changed(changed(entries, 1, { slots: [[0, 99], [101, 5460]] }), 4, { replicaOf: idOf(2) }); // prettier-ignore
  const views = seenBy(
    viewsOf(picture),
    1,
    (own) =>
    changed(own, 1, { slots: [[0, 99], [101, 5461]], configEpoch: 9 }).filter(({ id }) => id !== idOf(6)), // prettier-ignore
  );
  const marks = { 1: [migrating(7, 2)], 2: [importing(7, 1)], 3: [importing(20, 1)] };
  expect(kinds(plan(marked(views, marks), [[2, 30, 1]]))).toEqual([
    'meet',
    'claimed-twice',
    'uncovered',
    'finish-move',
    'close-slots',
    'stray-keys',
    'replicate',
  ]);
});

describe('slotsToCount', () => {
  test('asks each master for what it does not own, and for open slots', () => {
    const views = marked(healthy, { 1: [migrating(7, 2)] });
    const asked = slotsToCount(situationOf({ topology: mergeTopology(views), views }));
    expect(asked.map(({ node }) => node)).toEqual([1, 2, 3].map(idOf));
    expect(asked[0]?.slots.filter((slot) => slot <= 5460)).toEqual([7]);
    expect(asked[1]?.slots).toHaveLength(16_384 - 5462);
  });

  test('asks a replica that is to take over', () => {
    const views = viewsOf(down(entries, 1), [1]);
    const asked = slotsToCount(situationOf({ topology: mergeTopology(views), views }));
    expect(asked.map(({ node }) => node)).toEqual([2, 3, 4].map(idOf));
  });
});
