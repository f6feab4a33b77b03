import { describe, expect, test } from 'vitest';
import { findingsOf, stateOf, type Finding, type Observation } from '../../../src/cluster/findings.js';
import { changed, healthyEntries, idOf, observationOf, observed, viewOf, viewsOf } from './pictures.js';

const entries = healthyEntries();
const healthy = observationOf(viewsOf(entries));
const seenAs = (changedEntries: typeof entries) => observationOf(viewsOf(changedEntries));

const stateIn = (observation: Observation) => stateOf(observation, findingsOf(observation));
const codesIn = (observation: Observation) => findingsOf(observation).map(({ code }) => code);

function findingIn(observation: Observation, code: Finding['code']): Finding {
  const found = findingsOf(observation).find((finding) => finding.code === code);
  if (found === undefined) throw new Error(`no ${code} in ${codesIn(observation).join(', ') || 'nothing'}`);
  return found;
}

/** node-2 was killed: its container is gone, the others agree, and node-5 took over. */
const afterFailover = (() => {
  const slots = entries[1]!.slots;
  const promoted = changed(entries, 5, {
    role: 'master',
    replicaOf: undefined,
    flags: ['master'],
    slots,
    configEpoch: 7,
  });
  const agreed = changed(promoted, 2, { flags: ['master', 'fail'], slots: [] });
  return observed(observationOf(viewsOf(agreed, [2])), 2, { state: 'exited', linkUp: false });
})();

/** node-2 was killed a moment ago, and nobody has noticed. */
const justKilled = observed(observationOf(viewsOf(entries, [2])), 2, { state: 'exited', linkUp: false });

describe('a healthy cluster', () => {
  test('has no findings', () => expect(findingsOf(healthy)).toEqual([]));
  test('is ok', () => expect(stateIn(healthy)).toBe('ok'));

  test('is ok without replicas when none are wanted', () => {
    const views = viewsOf(healthyEntries(3, 0));
    expect(codesIn({ ...observationOf(views, 3), replicasWanted: 0 })).toEqual([]);
  });
});

describe('NODE_DOWN', () => {
  test('is said of a node that does not run', () => {
    expect(findingIn(justKilled, 'NODE_DOWN')).toMatchObject({
      severity: 'error',
      node: 'node-2',
      message: 'node-2 (7001) is exited',
      hint: 'rcluster start 7001 brings it back',
    });
  });

  test('is said of a paused node', () => {
    const paused = observed(healthy, 4, { state: 'paused' });
    expect(findingIn(paused, 'NODE_DOWN').message).toBe('node-4 (7003) is paused');
  });

  test('is all that is said of that node', () => {
    const down = observed(healthy, 4, { state: 'exited', id: undefined, linkUp: false });
    expect(findingsOf(down).filter(({ node }) => node === 'node-4')).toHaveLength(1);
  });
});

describe('NODE_SILENT', () => {
  const silent = observed(healthy, 1, { serving: undefined });

  test('is said of a node that runs and does not answer, before the others suspect it', () => {
    expect(findingsOf(silent)).toMatchObject([
      {
        code: 'NODE_SILENT',
        severity: 'error',
        node: 'node-1',
        message: 'node-1 (7000) runs but does not answer',
      },
    ]);
  });

  test('counts as its slots being out of reach', () => expect(stateIn(silent)).toBe('fail'));

  test('is said when nobody answers who could know the node', () => {
    const views = viewsOf(entries);
    expect(codesIn(observed(observationOf(views, 7), 7, { serving: undefined }))).toContain('NODE_SILENT');
  });

  test('gives way to what the others say of it', () => {
    const flagged = seenAs(changed(entries, 1, { flags: ['master', 'fail?'] }));
    expect(codesIn(observed(flagged, 1, { serving: undefined }))).toEqual(['NODE_SUSPECTED']);
  });
});

describe('NODE_NOT_MEMBER', () => {
  test('is said of a node that runs and was never met', () => {
    const views = viewsOf(entries);
    const stranger = observationOf(views, 7);
    expect(findingIn(stranger, 'NODE_NOT_MEMBER')).toMatchObject({ severity: 'error', node: 'node-7' });
  });

  test('is said of a node whose id nobody could ask for', () => {
    expect(codesIn(observed(healthy, 4, { id: undefined }))).toEqual(['NODE_NOT_MEMBER']);
  });
});

describe('NODE_SUSPECTED', () => {
  test.each(['fail?', 'fail'])('is said of a node that runs and is flagged %s', (flag) => {
    const flagged = seenAs(changed(entries, 4, { flags: ['slave', flag] }));
    expect(findingIn(flagged, 'NODE_SUSPECTED')).toMatchObject({ severity: 'error', node: 'node-4' });
  });
});

describe('REPLICA_UNLINKED', () => {
  test('is said of a replica without a link', () => {
    const unlinked = observed(healthy, 4, { linkUp: false });
    expect(findingIn(unlinked, 'REPLICA_UNLINKED')).toMatchObject({
      severity: 'error',
      node: 'node-4',
      hint: 'rcluster logs 7003 says why',
    });
  });

  test('is never said of a master', () => {
    expect(codesIn(observed(healthy, 1, { linkUp: false }))).toEqual([]);
  });
});

describe('NODE_NOT_SERVING', () => {
  test('is said of a node whose own cluster_state is fail, and the cluster does not pass for ok', () => {
    const refusing = observed(healthy, 1, { serving: false });
    const finding = findingIn(refusing, 'NODE_NOT_SERVING');
    expect(finding).toMatchObject({ severity: 'error', node: 'node-1' });
    expect(stateOf(refusing, findingsOf(refusing))).toBe('fail');
  });

  test('is not said of a node that does not answer', () => {
    expect(codesIn(observed(healthy, 1, { serving: undefined }))).not.toContain('NODE_NOT_SERVING');
  });
});

describe('SLOTS_UNCOVERED', () => {
  test('names the slots', () => {
    const uncovered = seenAs(changed(entries, 1, { slots: [[0, 99], [102, 5460]] })); // prettier-ignore
    expect(findingIn(uncovered, 'SLOTS_UNCOVERED')).toMatchObject({
      severity: 'error',
      node: undefined,
      message: 'slots 100-101 have no owner',
    });
  });

  test('does not list all of them when all of them are', () => {
    const unformed = entries.map((entry) => ({ ...entry, slots: [] }));
    expect(findingIn(seenAs(unformed), 'SLOTS_UNCOVERED').message).toBe('no slot has an owner');
  });
});

describe('SLOT_OPEN', () => {
  test('names the node and the slots', () => {
    const openSlots = [7, 8].map((slot) => ({ slot, state: 'migrating' as const, peer: idOf(2) }));
    expect(findingIn(seenAs(changed(entries, 1, { openSlots })), 'SLOT_OPEN')).toMatchObject({
      severity: 'error',
      node: 'node-1',
      message: 'slots 7-8 are half moved on node-1',
      hint: 'rcluster fix finishes the move, or takes it back',
    });
  });
});

describe('VIEWS_DISAGREE', () => {
  test('says who disagrees about whom, by name', () => {
    const ignorant = viewOf(
      1,
      entries.filter(({ id }) => id !== idOf(4)),
    );
    const finding = findingIn(observationOf([ignorant, ...viewsOf(entries, [1])]), 'VIEWS_DISAGREE');
    expect(finding).toMatchObject({
      severity: 'error',
      node: 'node-1',
      message: 'node-1 does not know node node-4',
    });
  });
});

describe('MASTER_EMPTY', () => {
  const joined = { ...entries[0]!, id: idOf(7), port: 7006, host: '172.30.0.17', slots: [], configEpoch: 0 };

  test('is a warning about a master without slots', () => {
    const views = viewsOf([...entries, joined]);
    expect(findingsOf(observationOf(views, 7))).toMatchObject([
      { code: 'MASTER_EMPTY', severity: 'warning', node: 'node-7' },
    ]);
  });

  test('is not said of a master that has failed', () =>
    expect(codesIn(afterFailover)).not.toContain('MASTER_EMPTY'));
});

describe('MASTER_WITHOUT_REPLICA', () => {
  test('is a warning after a failover', () => {
    expect(findingIn(afterFailover, 'MASTER_WITHOUT_REPLICA')).toMatchObject({
      severity: 'warning',
      node: 'node-5',
    });
  });

  test('is said when the only replica has failed', () => {
    const failed = seenAs(changed(entries, 4, { flags: ['slave', 'fail'] }));
    expect(findingIn(failed, 'MASTER_WITHOUT_REPLICA').node).toBe('node-1');
  });

  test('is not said when no replicas were wanted', () => {
    expect(codesIn({ ...afterFailover, replicasWanted: 0 })).not.toContain('MASTER_WITHOUT_REPLICA');
  });
});

describe('TOO_FEW_MASTERS', () => {
  test('is a warning when two masters own all slots', () => {
    const two = observationOf(viewsOf(healthyEntries(2, 1)), 4);
    expect(findingsOf(two)).toMatchObject([{ code: 'TOO_FEW_MASTERS', severity: 'warning' }]);
  });

  test('reads well for one master', () => {
    const one = observationOf(viewsOf(healthyEntries(1, 1)), 2);
    expect(findingIn(one, 'TOO_FEW_MASTERS').message).toContain('1 master owns slots');
  });
});

test('errors come before warnings', () => {
  const severities = findingsOf(afterFailover).map(({ severity }) => severity);
  expect(severities).toEqual([...severities].sort());
  expect(new Set(severities).size).toBe(2);
});

describe('stateOf', () => {
  test('is fail while slots have no owner', () => {
    expect(stateIn(seenAs(changed(entries, 1, { slots: [[1, 5460]] })))).toBe('fail');
  });

  test('is fail while the owner of slots does not run, though nobody has noticed', () => {
    expect(stateIn(justKilled)).toBe('fail');
  });

  test('is fail while the owner of slots has failed, though its container runs', () => {
    expect(stateIn(seenAs(changed(entries, 2, { flags: ['master', 'fail'] })))).toBe('fail');
  });

  test('is degraded after a failover', () => expect(stateIn(afterFailover)).toBe('degraded'));

  test('is degraded while a replica is down', () => {
    expect(stateIn(observed(healthy, 4, { state: 'exited' }))).toBe('degraded');
  });

  test('is ok when there are warnings alone', () => {
    expect(stateIn(observationOf(viewsOf(healthyEntries(2, 1)), 4))).toBe('ok');
  });
});
