import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, RunningCommand, isInstalled, leftoversOf, linesOf } from '../helpers/cli-scene.js';
import { commandsAreProcesses, HOME, rcluster, run } from '../helpers/run.js';

commandsAreProcesses();

const LONG = { timeout: 90_000 };

/** What the engine has of any tour. */
async function toursParts(): Promise<string[]> {
  const lists = [
    ['ps', '-a', '--format', '{{.Names}}'],
    ['network', 'ls', '--format', '{{.Name}}'],
    ['volume', 'ls', '--format', '{{.Name}}'],
  ];
  const names = await Promise.all(lists.map(async (list) => linesOf((await run('docker', list)).stdout)));
  return names.flat().filter((name) => name.startsWith('tour-'));
}

let before: string[];

beforeAll(async () => {
  before = await toursParts();
});

/** What a tour of this file left. A tour's name is drawn, so that of anybody else may be there as well. */
async function leftovers(): Promise<string[]> {
  return (await toursParts()).filter((name) => !before.includes(name));
}

describe('tour', () => {
  it('makes happen what it explains, explains what happened, and leaves nothing behind', LONG, async () => {
    const { code, stdout, stderr } = await rcluster(['tour', '--auto', '-q'], { timeoutMs: 90_000 });
    expect(code, stderr).toBe(0);
    // Asked, refused, and told where to go; with two slots, and with a tag.
    expect(stdout).toMatch(
      /\(error\) MOVED 10778 127\.0\.0\.1:(\d+)\n[^]*\$ rcluster cli \1 set user:1 ada\nOK/,
    );
    expect(stdout).toMatch(/\(error\) CROSSSLOT[^]*mset \{user\}:1 ada \{user\}:2 bob\nOK/);
    expect(stdout).toMatch(/4\) 1\) \(integer\) 3\n[^]*EXEC carried out 2/);
    expect(stdout).toMatch(/moved 4096 slots[^]*wrote [1-9]\d* times: no write failed/);
    expect(stdout).toMatch(/wins the election and becomes master[^]*Writes to its slots failed for/);
    expect(stdout).toMatch(/25 checks of 8 nodes[^]*of 25 checks found nothing/);
    const [, name = ''] = /removed "(tour-[0-9a-f]{6})": 8 nodes/.exec(stdout) ?? [];
    expect([await leftovers(), await leftoversOf(name)]).toEqual([[], []]);
  });

  it('leaves nothing behind after SIGTERM while slots are to move', LONG, async () => {
    const command = new RunningCommand(['tour', '--auto']);
    await command.untilItSays('introducing node-7');
    command.signal('SIGTERM');
    expect((await command.ended).code).toBe(130);
    expect(await leftovers()).toEqual([]);
  });

  it.runIf(isInstalled('script'))(
    'waits for Enter on a terminal, and leaves nothing behind after Ctrl-C there',
    LONG,
    async () => {
      const line = `${process.execPath} ${PROGRAM} tour`;
      const env = { ...process.env, RCLUSTER_HOME: HOME };
      const terminal = spawn('script', ['-qfec', line, '/dev/null'], { env });
      let shown = '';
      let asked = 0;
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
        if (shown.split('Enter goes on').length - 1 === asked) return;
        asked += 1;
        terminal.stdin.write(asked < 3 ? '\n' : '\u0003');
      });
      const [code] = (await once(terminal, 'close')) as [number];
      expect([code, asked], shown).toEqual([130, 3]);
      expect(shown).toContain('3/8');
      expect(await leftovers()).toEqual([]);
    },
  );
});
