import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../../src/config/home.js';
import {
  parseScenario,
  readScenario,
  scenarioList,
  shippedScenarios,
} from '../../../src/config/scenario-file.js';
import { STEP_KEYS, scenarioJsonSchema } from '../../../src/config/scenario-schema.js';
import type { Step } from '../../../src/config/scenario.js';
import { rejectionOf, thrownBy } from '../helpers/errors.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

const HEAD = 'name: mine\nquestion: Does it?\n';
const scenario = (steps: string, rest = 'expect: [lost == 0]') =>
  parseScenario(`${HEAD}steps:\n${steps}\n${rest}`, 'mine');
const stepsOf = (steps: string) => scenario(steps).steps;
const problemsOf = (act: () => unknown) => {
  const { code, details } = thrownBy(act);
  expect(code).toBe('CONFIG_INVALID');
  return details;
};

describe('a scenario is read', () => {
  test('with defaults for what is left out', () => {
    expect(scenario('  - load: 1.5s')).toEqual({
      name: 'mine',
      question: 'Does it?',
      needs: { masters: 3, replicas: 1 },
      settings: {},
      load: {},
      steps: [{ kind: 'load', ms: 1500 }],
      expectations: [expect.objectContaining({ text: 'lost == 0', metric: 'lost' })],
    });
  });

  test('with what it needs, sets and sends', () => {
    const text = [
      'needs: { masters: 5, replicas: 0 }',
      'settings: { cluster-require-full-coverage: no, hz: 20 }',
      'load: { rate: 500, clients: 2, read-ratio: 0.5, value-size: 1kb, keys: 9, hash-tags: true, wait-replicas: 1 }',
      'expect: [outage < 2s, "errors(default) < 1%"]',
    ].join('\n');
    expect(scenario('  - load: 1s', text)).toMatchObject({
      needs: { masters: 5, replicas: 0 },
      settings: { 'cluster-require-full-coverage': 'no', hz: '20' },
      load: {
        rate: 500,
        clients: 2,
        readRatio: 0.5,
        valueBytes: 1024,
        keys: 9,
        hashTags: true,
        waitReplicas: 1,
      },
      expectations: [{ limit: 2000 }, { profile: 'default', limit: 0.01 }],
    });
  });

  test.each<[string, Partial<Step>]>([
    [
      '  - { fault: kill, target: random-master, as: victim }',
      { kind: 'fault', as: 'victim', fault: { fault: 'kill', target: 'random-master' } },
    ],
    [
      '  - { fault: partition, groups: 7000/rest, oneWay: true }',
      { kind: 'fault', as: undefined, fault: { fault: 'partition', groups: '7000/rest', oneWay: true } },
    ],
    [
      '  - { wait-for: promoted }',
      { kind: 'wait-for', condition: 'promoted', withinMs: 30_000, of: undefined },
    ],
    [
      '  - { wait-for: state-ok, within: 2m }',
      { kind: 'wait-for', condition: 'state-ok', withinMs: 120_000 },
    ],
    ['  - { check: healthy }', { kind: 'check', condition: 'healthy' }],
    ['  - { heal: all }', { kind: 'heal', name: 'all' }],
    [
      '  - { add-master: {}, as: new }',
      {
        kind: 'command',
        as: 'new',
        background: false,
        command: { command: 'add-master', count: 1, replicas: undefined },
      },
    ],
    ['  - { add-replica: { of: 7000x } }', { command: { command: 'add-replica', count: 1, of: '7000x' } }],
    ['  - { remove: node-7 }', { command: { command: 'remove', nodes: ['node-7'] } }],
    ['  - { remove: [node-7, node-8] }', { command: { command: 'remove', nodes: ['node-7', 'node-8'] } }],
    [
      '  - { rebalance: { weights: { random-master: 2 } }, background: true }',
      {
        background: true,
        command: { command: 'rebalance', weights: { 'random-master': 2 }, includeEmpty: false },
      },
    ],
    [
      '  - { failover: random-master, how: force }',
      { command: { command: 'failover', node: 'random-master', how: 'force' } },
    ],
    ['  - { start: node-1 }', { command: { command: 'start', node: 'node-1' } }],
    [
      '  - { repeat: { times: 3, steps: [{ load: 1s }] } }',
      { kind: 'repeat', times: 3, each: undefined, steps: [{ kind: 'load', ms: 1000 }] },
    ],
    [
      '  - { repeat: { each: master, steps: [{ failover: each }] } }',
      { kind: 'repeat', times: undefined, each: 'master' },
    ],
  ])('%s', (text, step) => expect(stepsOf(text)).toEqual([expect.objectContaining(step)]));
});

describe('what is wrong is said with the path to it:', () => {
  test.each([
    ['  - load: 2', 'steps[0].load: must be a number with ms, s or m, such as 250ms or 2s'],
    ['  - laod: 2s', 'steps[0]: is no step (did you mean load?)'],
    ['  - 5', 'steps[0]: is no step'],
    ['  - { load: 1s, target: x }', 'steps[0].target: is not known here'],
    ['  - { fault: kil, target: x }', 'steps[0].fault: must be a fault that there is'],
    ['  - { fault: kill }', 'steps[0].target: must name a node'],
    ['  - { fault: kill, target: x, delay: 1s }', 'steps[0].delay: is not known here'],
    ['  - { fault: kill, target: x, as: Victim }', 'steps[0].as: must be lower-case letters'],
    ['  - { wait-for: promotion }', 'steps[0].wait-for: must be one of suspected'],
    ['  - { wait-for: promoted, within: 5 }', 'steps[0].within: must be a number with ms'],
    [
      '  - { rebalance: { weights: { a: -1 } } }',
      'steps[0].rebalance.weights.a: must be a number, 0 or more',
    ],
    ['  - { remove: [] }', 'steps[0].remove: must name nodes'],
    ['  - { failover: x, how: gentle }', 'steps[0].how: must be graceful, force or takeover'],
    ['  - { repeat: { steps: [{ load: 1s }] } }', 'steps[0].repeat: needs either times or each'],
    [
      '  - { repeat: { times: 2, each: node, steps: [{ load: 1s }] } }',
      'steps[0].repeat: needs either times or each',
    ],
    ['  - { repeat: { times: 2, steps: [{ load: 1 }] } }', 'steps[0].repeat.steps[0].load: must be a number'],
    ['  - { heal: victim }', 'steps[0].heal: no earlier fault is called "victim"'],
    ['  - { wait-for: finished, of: move }', 'steps[0].of: no earlier step is called "move"'],
    ['  - { failover: each }', 'steps[0]: "each" is a node within repeat with each alone'],
    ['  - { fault: kill, target: replica-of each }', 'steps[0]: "each" is a node within repeat'],
    ['  - { fault: kill, target: x, as: all }', 'steps[0].as: "all" means something else'],
    [
      '  - { fault: kill, target: x, as: one }\n  - { fault: kill, target: y, as: one }',
      'steps[1].as: there is another "one" already',
    ],
    [
      '  - { fault: kill, target: x, as: victim }\n  - { heal: victm }',
      'steps[1].heal: no earlier fault is called "victm" (did you mean victim?)',
    ],
  ])('%s', (steps, problem) => {
    const error = thrownBy(() => scenario(steps));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe('scenario mine is wrong');
    expect(error.details).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['expect: []', 'expect: must be an expectation or more'],
    ['', 'expect: must be a list'],
    ['expect: [outrage < 2s]', 'expect[0]: "outrage < 2s": nothing is measured that is called "outrage"'],
    ['expect: [lost == 0]\nload: { rat: 5 }', 'load.rat: is not known here (did you mean rate?)'],
    ['expect: [lost == 0]\nload: { read-ratio: 1 }', 'load.read-ratio: must be a number from 0 to below 1'],
    ['expect: [lost == 0]\nsettings: { port: 1 }', 'settings: port cannot be set'],
    ['expect: [lost == 0]\nneeds: { master: 3 }', 'needs.master: is not known here (did you mean masters?)'],
  ])('%s', (rest, problem) => {
    expect(problemsOf(() => scenario('  - load: 1s', rest))).toEqual([expect.stringContaining(problem)]);
  });

  test('all at once', () => {
    const text = 'name: Mine\nsteps:\n  - load: 2\n  - heal: 7\nexpect: [lost < 1s, p99 < 2]\nextra: 1';
    const problems = problemsOf(() => parseScenario(text, 'mine'));
    const paths = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(paths.sort()).toEqual([
      'expect[0]',
      'expect[1]',
      'extra',
      'name',
      'question',
      'steps[0].load',
      'steps[1].heal',
    ]);
  });

  test('of what is no YAML', () => {
    expect(problemsOf(() => parseScenario('name: [', 'mine'))).toEqual([expect.stringContaining('line 1')]);
  });

  test.each(['', '5', '[]'])('of what is no scenario: %j', (text) => {
    expect(problemsOf(() => parseScenario(text, 'mine'))).toEqual([expect.stringContaining('the scenario:')]);
  });
});

describe('a scenario is found', () => {
  test('in a file', async () => {
    const file = join(await temporaryFolder(), 'mine.yaml');
    const text = `${HEAD}steps: [{ load: 1s }]\nexpect: [lost == 0]\n`;
    await writeFile(file, text);
    expect(await readScenario(file)).toMatchObject({ text, scenario: { name: 'mine' } });
  });

  test('or not', async () => {
    const error = await rejectionOf(readScenario('kill-mastr'));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(
      'no scenario is called "kill-mastr", and no file (did you mean kill-master?)',
    );
  });
});

describe('the shipped scenarios', async () => {
  const names = await shippedScenarios();

  test('are all that people ask for', () => {
    expect(names).toEqual([
      'flapping-master',
      'full-memory',
      'graceful-failover',
      'isolate-master',
      'kill-during-failover',
      'kill-during-rebalance',
      'kill-master',
      'kill-master-and-replica',
      'kill-master-and-replica-partial',
      'kill-replica',
      'lose-majority',
      'partition-majority',
      'pause-master',
      'rebalance-under-load',
      'restart-everything',
      'rolling-restart',
      'scale-out-and-in',
      'slow-master',
      'wait-replicas',
    ]);
  });

  test('are listed with their questions', async () => {
    const list = await scenarioList();
    expect(list.map(({ name }) => name)).toEqual(names);
    for (const { question } of list) expect(question).toMatch(/^[A-Z].*\?$/);
  });

  test.each(names)('%s says who it is, heals what it breaks, and can fail', async (name) => {
    const { scenario: shipped, text } = await readScenario(name);
    expect(shipped.name).toBe(name);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/);
    expect(shipped.expectations.map(({ metric }) => metric)).toContain('lost');
    const steps = flat(shipped.steps);
    for (const [index, step] of steps.entries()) {
      if (step.kind !== 'fault') continue;
      expect(step.as, `steps[${index}]`).toBeDefined();
      const healing = steps.slice(index).filter((later) => later.kind === 'heal');
      expect(healing.map((later) => later.name)).toContain(step.as);
    }
  });
});

function flat(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => (step.kind === 'repeat' ? flat(step.steps) : [step]));
}

describe('the JSON Schema for editors', () => {
  test('is the one that is published', async () => {
    const schema = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
    // npx vitest run --update writes it.
    await expect(schema).toMatchFileSnapshot(packageFile('templates', 'drills', 'scenario.schema.json'));
  });

  test('knows every kind of step', () => {
    const text = JSON.stringify(scenarioJsonSchema());
    for (const key of STEP_KEYS) expect(text).toContain(`"${key}":{`);
  });
});
