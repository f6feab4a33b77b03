import type { Command } from '../connection.js';
import { asNothing, asNumber } from '../reply.js';

/** More turns than any server manages in the longest burst, so that it ends whatever TIME may say. */
const MOST_TURNS = 200_000_000;

/** It reads the clock and writes nothing, so SCRIPT KILL may end it. */
const BUSY = `local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
local stop, turns = now() + tonumber(ARGV[1]), 0
repeat turns = turns + 1 until now() >= stop or turns >= ${MOST_TURNS}
return turns`;

/** Keeps the server's only thread busy for so many milliseconds: it answers nobody meanwhile. */
export const busyScript = (ms: number): Command<number> => ({
  args: ['EVAL', BUSY, 0, ms],
  decode: asNumber,
});

/** Fails with NOTBUSY when none runs. */
export const scriptKill = (): Command<undefined> => ({ args: ['SCRIPT', 'KILL'], decode: asNothing });
