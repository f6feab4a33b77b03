import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countKeys } from '../../src/operations/inspect/count.js';
import { measureSkew } from '../../src/operations/inspect/skew.js';
import { leftoversOf } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import {
  documentsOf,
  folderOfTheFile,
  HOME,
  rcluster,
  rclusterSucceeds,
  type RunResult,
} from '../helpers/run.js';
import { writeSeeds } from '../helpers/seeds.js';

/** Every command that looks into a cluster, where it has a password: all being well, while slots move, and with a node down. */

const NAME = 'conditions';
const PORT = firstPortOf(import.meta.filename);
const FILES = folderOfTheFile();
const PASSWORD = 'sesame-42';
/** Enough that a count beside moving slots goes wrong now and then. */
const KEYS = 10_000;
const LONG = { timeout: 180_000 };
const command = documentsOf(NAME);

/** What each comes to while a node is down: what asks every node could not, the others ask masters alone. */
const COMMANDS: readonly { readonly words: readonly string[]; readonly whenDown: number }[] = [
  { words: ['slot', 'seed:1'], whenDown: 0 },
  { words: ['explain', 'GET', 'seed:1'], whenDown: 0 },
  { words: ['keys', 'seed:*'], whenDown: 0 },
  { words: ['count'], whenDown: 0 },
  { words: ['call', 'PING'], whenDown: 1 },
  { words: ['config', 'get', 'hz'], whenDown: 1 },
  { words: ['config', 'set', 'hz', '11'], whenDown: 1 },
  { words: ['info', 'server'], whenDown: 1 },
  { words: ['slowlog'], whenDown: 1 },
  { words: ['skew', '--for', '100ms'], whenDown: 0 },
  { words: ['doctor'], whenDown: 1 },
];

async function outcomeOf([name = '', ...rest]: readonly string[]): Promise<RunResult> {
  const flags = ['--json', '-q', '-c', NAME];
  // What follows these is a command for the server.
  const isVerbatim = name === 'call' || name === 'explain';
  return rcluster(isVerbatim ? [name, ...flags, ...rest] : [name, ...rest, ...flags], { timeoutMs: 60_000 });
}

beforeAll(async () => {
  process.env['RCLUSTER_HOME'] = HOME;
  const file = join(FILES, 'password');
  writeFileSync(file, `${PASSWORD}\n`);
  // A busy machine is no reason for a failover here.
  const guarded = ['--base-port', String(PORT), '--password-file', file, '--node-timeout', '2000'];
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--runtime', 'process', ...guarded]);
  await writeSeeds(PORT, KEYS, PASSWORD);
});

afterAll(async () => {
  await rclusterSucceeds(['down', '-q', '-c', NAME]);
  expect(await leftoversOf(NAME)).toEqual([]);
});

describe('with a password', () => {
  it.each(COMMANDS)('$words', LONG, async ({ words }) => {
    expect(await outcomeOf(words)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('while slots move', () => {
  let isOver = false;
  let moving: Promise<number>;

  beforeAll(() => {
    moving = (async () => {
      let moves = 0;
      for (let there = true; !isOver; there = !there, moves += 1) {
        const [from, to] = there ? ['node-1', 'node-2'] : ['node-2', 'node-1'];
        await command('reshard', '--from', from, '--to', to, '--slots', '2000');
      }
      return moves;
    })();
  });

  it.each(COMMANDS)('$words', LONG, async ({ words: [name = '', ...rest] }) => {
    const { code, stdout, stderr } = await outcomeOf([name, ...rest]);
    expect(stderr).toBe('');
    const {
      keys,
      count,
      slotsMoving,
      restless = false,
      unseen = [],
    } = JSON.parse(stdout) as {
      keys?: unknown;
      count?: number;
      slotsMoving?: number;
      restless?: boolean;
      unseen?: [];
    };
    // A slot on its way is what the checklist is there to find; and keys may say that they went on moving to the end.
    if (name !== 'doctor') expect(code, stdout).toBe(restless ? 1 : 0);
    expect(unseen).toEqual([]);
    if (name === 'count' && slotsMoving === 0) expect(keys).toBe(KEYS);
    if (name === 'keys' && !restless) expect(count).toBe(KEYS);
  });

  it('count is right, or says how many slots are on the way', LONG, async () => {
    for (let round = 0; round < 100; round += 1) {
      const { keys, slotsMoving } = await countKeys(NAME);
      if (slotsMoving === 0) expect(keys).toBe(KEYS);
    }
  });

  it('so is what skew says of the keys', LONG, async () => {
    for (let round = 0; round < 15; round += 1) {
      const { masters, slotsMoving } = await measureSkew(NAME, { for: '100ms', sample: 1 });
      const keys = masters.reduce((sum, master) => sum + master.keys.amount, 0);
      if (slotsMoving === 0) expect(keys).toBe(KEYS);
    }
  });

  afterAll(async () => {
    isOver = true;
    expect(await moving).toBeGreaterThan(0);
  }, 120_000);
});

describe('with a node down', () => {
  beforeAll(async () => {
    await command('stop', 'node-6');
  }, 60_000);

  it.each(COMMANDS)('$words', LONG, async ({ words, whenDown }) => {
    const { code, stdout, stderr } = await outcomeOf(words);
    expect([code, stderr]).toEqual([whenDown, '']);
    // Whoever had to ask it says so.
    if (whenDown !== 0) expect(stdout).toMatch(/"node-6"/);
  });

  it('flush, which asks masters alone', LONG, async () => {
    expect(await command('flush', '--yes')).toMatchObject({ keys: KEYS, missed: [] });
    expect(await command('count')).toMatchObject({ keys: 0 });
  });
});
