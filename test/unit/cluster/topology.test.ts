import { describe, expect, test } from 'vitest';
import { SLOT_COUNT } from '../../../src/cluster/slots.js';
import {
  masters,
  mergeTopology,
  ownersIn,
  replicasOf,
  uncoveredSlots,
  type ClusterNode,
  type NodeView,
} from '../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from './pictures.js';

const healthy = healthyEntries();

function nodeIn(views: readonly NodeView[], number: number): ClusterNode {
  const node = mergeTopology(views).nodes.find(({ id }) => id === idOf(number));
  if (node === undefined) throw new Error(`node-${number} is not in the topology`);
  return node;
}

describe('a cluster whose nodes agree', () => {
  const topology = mergeTopology(viewsOf(healthy));

  test('has every node once, by port', () => {
    expect(topology.nodes.map(({ port }) => port)).toEqual([7000, 7001, 7002, 7003, 7004, 7005]);
  });

  test('has an owner for every slot', () => {
    expect(topology.owners).toHaveLength(SLOT_COUNT);
    expect(uncoveredSlots(topology)).toEqual([]);
  });

  test('has masters with their slots and replicas with their master', () => {
    expect(masters(topology).map(({ slots }) => slots)).toEqual(
      healthy.slice(0, 3).map(({ slots }) => slots),
    );
    expect(replicasOf(topology, idOf(2)).map(({ id }) => id)).toEqual([idOf(5)]);
  });

  test('has no disagreements', () => expect(topology.disagreements).toEqual([]));

  test('has nodes that answered and are well', () => {
    expect(topology.nodes.every(({ answered, health }) => answered && health === 'ok')).toBe(true);
  });
});

test('nobody answering makes an empty topology', () => {
  expect(mergeTopology([])).toMatchObject({ nodes: [], disagreements: [] });
  expect(uncoveredSlots(mergeTopology([]))).toHaveLength(SLOT_COUNT);
});

test('a slot that nobody claims is uncovered', () => {
  const entries = changed(healthy, 1, { slots: [[1, 5460]] });
  expect(uncoveredSlots(mergeTopology(viewsOf(entries)))).toEqual([0]);
});

test('ownersIn gives each slot of one view to whom it says', () => {
  const owners = ownersIn(viewOf(1, healthy));
  expect([owners[0], owners[5460], owners[5461], owners[16_383]]).toEqual([
    idOf(1),
    idOf(1),
    idOf(2),
    idOf(3),
  ]);
});

describe('a node that does not answer', () => {
  const views = viewsOf(healthy, [2]);

  test('is known from the others', () => {
    expect(nodeIn(views, 2)).toMatchObject({
      port: 7001,
      role: 'master',
      answered: false,
      slots: [[5461, 10_922]],
    });
  });

  test('is no disagreement', () => expect(mergeTopology(views).disagreements).toEqual([]));

  test('is told by the entry with the higher epoch when the others differ', () => {
    const newer = changed(healthy, 2, { configEpoch: 9, role: 'replica', replicaOf: idOf(5) });
    const said = [viewOf(1, healthy), viewOf(3, newer)];
    expect(nodeIn(said, 2)).toMatchObject({ role: 'replica', replicaOf: idOf(5), configEpoch: 9 });
  });
});

describe('what a node says of itself counts', () => {
  test('for its role', () => {
    const later = changed(healthy, 4, { role: 'master', replicaOf: undefined });
    const views = [...viewsOf(healthy, [4]), viewOf(4, later)];
    expect(nodeIn(views, 4).role).toBe('master');
  });

  test('for its open slots', () => {
    const openSlots = [{ slot: 3, state: 'migrating' as const, peer: idOf(2) }];
    const views = [viewOf(1, changed(healthy, 1, { openSlots })), ...viewsOf(healthy, [1])];
    expect(nodeIn(views, 1).openSlots).toEqual(openSlots);
  });

  test('but its address comes from whoever knows it', () => {
    const views = [viewOf(1, changed(healthy, 1, { host: '' })), ...viewsOf(healthy, [1])];
    expect(nodeIn(views, 1).host).toBe('172.30.0.11');
  });
});

describe('who owns a slot', () => {
  const moved = changed(changed(healthy, 1, { slots: [[1, 5460]] }), 2, {
    slots: [
      [0, 0],
      [5461, 10_922],
    ],
    configEpoch: 9,
  });
  const ownerOf0 = (views: readonly NodeView[]) => mergeTopology(views).owners[0];

  test('is decided by most views', () => {
    expect(ownerOf0([viewOf(1, healthy), viewOf(3, healthy), viewOf(2, moved)])).toBe(idOf(1));
    expect(ownerOf0([viewOf(1, healthy), viewOf(3, moved), viewOf(2, moved)])).toBe(idOf(2));
  });

  test('is decided by the higher config epoch when the views are even, whoever is asked first', () => {
    expect(ownerOf0([viewOf(1, healthy), viewOf(2, moved)])).toBe(idOf(2));
    expect(ownerOf0([viewOf(2, moved), viewOf(1, healthy)])).toBe(idOf(2));
  });
});

describe('health', () => {
  const healthWith = (flag: string) =>
    nodeIn([viewOf(1, changed(healthy, 2, { flags: ['master', flag] })), ...viewsOf(healthy, [1, 2])], 2)
      .health;

  test('is suspected when one node gets no answer', () => expect(healthWith('fail?')).toBe('suspected'));
  test('is fail when a majority agreed', () => expect(healthWith('fail')).toBe('fail'));
  test('is ok for flags that say nothing of it', () => expect(healthWith('nofailover')).toBe('ok'));

  test('is fail rather than suspected when some say the one and some the other', () => {
    const views = [
      viewOf(1, changed(healthy, 2, { flags: ['master', 'fail?'] })),
      viewOf(3, changed(healthy, 2, { flags: ['master', 'fail'] })),
    ];
    expect(nodeIn(views, 2).health).toBe('fail');
  });
});

describe('disagreements', () => {
  const disagreements = (view: NodeView) => mergeTopology([view, ...viewsOf(healthy, [1])]).disagreements;

  test('tell of a node that another does not know', () => {
    const entries = healthy.filter(({ id }) => id !== idOf(4));
    expect(disagreements(viewOf(1, entries))).toEqual([
      { viewer: idOf(1), node: idOf(4), about: `does not know node ${idOf(4)}` },
    ]);
  });

  test('tell of a handshake', () => {
    const entries = changed(healthy, 4, { flags: ['handshake'], role: 'master', replicaOf: undefined });
    expect(disagreements(viewOf(1, entries))).toEqual([
      { viewer: idOf(1), node: idOf(4), about: `is still in handshake with node ${idOf(4)}` },
    ]);
  });

  test('tell of another role', () => {
    const entries = changed(healthy, 4, { role: 'master', replicaOf: undefined });
    expect(disagreements(viewOf(1, entries))).toEqual([
      { viewer: idOf(1), node: idOf(4), about: `sees another role for node ${idOf(4)}` },
    ]);
  });

  test('tell of another master', () => {
    const entries = changed(healthy, 4, { replicaOf: idOf(3) });
    expect(disagreements(viewOf(1, entries))).toEqual([
      { viewer: idOf(1), node: idOf(4), about: `sees another role for node ${idOf(4)}` },
    ]);
  });

  test('tell of slots, and how many', () => {
    const entries = changed(healthy, 1, { slots: [[2, 5460]] });
    expect(disagreements(viewOf(1, entries))).toEqual([
      { viewer: idOf(1), node: undefined, about: 'gives 2 slots to other owners' },
    ]);
  });
});

test('a node that everybody is still in handshake with is no part of the cluster', () => {
  const stranger = { ...healthy[0]!, id: idOf(7), port: 7006, flags: ['handshake'], slots: [] };
  expect(mergeTopology(viewsOf([...healthy, stranger], [7])).nodes.map(({ id }) => id)).not.toContain(
    idOf(7),
  );
});
