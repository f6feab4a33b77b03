import { describe, expect, test } from 'vitest';
import { environmentLayer, unknownVariables, variablesOf } from '../../../src/config/environment.js';
import { optionsOf } from '../../../src/config/layers.js';
import { commandKey } from '../../../src/config/vocabulary.js';
import { VOCABULARY } from '../helpers/vocabulary.js';

function read(command: string, env: Record<string, string>) {
  const words = VOCABULARY.find((each) => commandKey(each) === command);
  if (words === undefined) throw new Error(`there is no ${command}`);
  const { layer, problems } = environmentLayer(words, env);
  return { options: optionsOf(layer), problems };
}

describe('the environment gives', () => {
  test.each<[string, Record<string, string>, object]>([
    ['up', { RCLUSTER_MASTERS: '4', RCLUSTER_BASE_PORT: '7100' }, { masters: '4', basePort: '7100' }],
    ['up', { RCLUSTER_SET: 'hz=50; save=900 1;' }, { set: { hz: '50', save: '900 1' } }],
    ['up', { RCLUSTER_ANY_PORT: '1', RCLUSTER_RETAIN: 'false' }, { anyPort: true, retain: false }],
    ['smoke', { RCLUSTER_IMAGE: 'redis:8', RCLUSTER_SMOKE_IMAGE: 'redis:7' }, { image: 'redis:7' }],
    [
      'compose',
      { RCLUSTER_MASTERS: '4', RCLUSTER_COMPOSE_OUTPUT: 'c.yaml' },
      { masters: '4', output: 'c.yaml' },
    ],
    ['up', { RCLUSTER_DRY_RUN: '1' }, { dryRun: true }],
    ['up', { RCLUSTER_MASTERS: '' }, {}],
    [
      'smoke',
      { RCLUSTER_IMAGE: 'redis:8', RCLUSTER_SMOKE_MAX_OUTAGE: '5' },
      { image: 'redis:8', maxOutage: '5' },
    ],
    ['rebalance', { RCLUSTER_REBALANCE_MAX_PAUSE: '5', RCLUSTER_MAX_PAUSE: '9' }, { maxPause: '5' }],
    ['add-master', { RCLUSTER_REPLICAS: '2', RCLUSTER_ADD_MASTER_REBALANCE: '0' }, { rebalance: false }],
    ['drill run', { RCLUSTER_DRILL_RUN_RUNS: '3' }, { runs: '3' }],
    ['status', { RCLUSTER_JSON: 'yes', RCLUSTER_QUIET: 'off' }, { json: true, quiet: false }],
    // Consent is given each time.
    ['up', { RCLUSTER_FORCE: '1', RCLUSTER_INSECURE: '1' }, {}],
    ['remove', { RCLUSTER_YES: '1', RCLUSTER_REMOVE_YES: '1', RCLUSTER_REMOVE_FORCE: '1' }, {}],
    ['fix', { RCLUSTER_FIX_ALLOW_DATA_LOSS: '1' }, {}],
    ['upgrade', { RCLUSTER_IMAGE: 'redis:8', RCLUSTER_UPGRADE_IMAGE: 'redis:8' }, {}],
  ])('%s %j', (command, env, options) => expect(read(command, env)).toEqual({ options, problems: [] }));
});

test('what cannot be read is said with the variable, all at once', () => {
  expect(
    read('up', { RCLUSTER_ANY_PORT: 'maybe', RCLUSTER_RUNTIME: 'podman', RCLUSTER_MASTERS: '3' }),
  ).toEqual({
    options: { masters: '3' },
    problems: [
      'RCLUSTER_ANY_PORT: must be 1 or 0, or true or false',
      'RCLUSTER_RUNTIME: must be one of docker, process',
    ],
  });
});

test('a variable that is mistyped is found', () => {
  const env = {
    RCLUSTER_BASEPORT: '1',
    RCLUSTER_HOME: 'x',
    RCLUSTER_CLUSTER: 'y',
    HOME: 'z',
    RCLUSTER_SET: 'a=b',
  };
  expect(unknownVariables(VOCABULARY, env)).toEqual([
    'RCLUSTER_BASEPORT: no option goes by that name (did you mean RCLUSTER_BASE_PORT?)',
  ]);
});

test('no variable means two things', () => {
  const variables = VOCABULARY.flatMap((command) =>
    command.options.map((word) => variablesOf(command, word)),
  );
  const own = variables.map((each) => each.own).filter((name) => name !== undefined);
  expect(new Set(own).size).toBe(own.length);
  for (const { general } of variables) if (general !== undefined) expect(own).not.toContain(general);
});
