import type { CommandContext } from '../context.js';
import type { Invocation } from '../adder.js';

/** A command takes what was asked for and returns its exit code. */
export type CommandRun = (context: CommandContext, invocation: Invocation) => Promise<number>;

/** Loaded when they are called: `--version` must not wait for what `up` needs. */
export const COMMANDS = {
  up: () => import('./up.js'),
  status: () => import('./status.js'),
  ls: () => import('./ls.js'),
  'rotate-password': () => import('./rotate-password.js'),
  use: () => import('./use.js'),
  'add-master': () => import('./add-master.js'),
  'add-replica': () => import('./add-replica.js'),
  remove: () => import('./remove.js'),
  rebalance: () => import('./rebalance.js'),
  reshard: () => import('./reshard.js'),
  upgrade: () => import('./upgrade.js'),
  failover: () => import('./failover.js'),
  check: () => import('./check.js'),
  fix: () => import('./fix.js'),
  kill: () => import('./kill.js'),
  pause: () => import('./pause.js'),
  resume: () => import('./resume.js'),
  partition: () => import('./partition.js'),
  faults: () => import('./faults.js'),
  heal: () => import('./heal.js'),
  drill: () => import('./drill.js'),
  doctor: () => import('./doctor.js'),
  tour: () => import('./tour.js'),
  bench: () => import('./bench.js'),
  smoke: () => import('./smoke.js'),
  start: () => import('./start.js'),
  stop: () => import('./stop.js'),
  logs: () => import('./logs.js'),
  cli: () => import('./cli.js'),
  connect: () => import('./connect.js'),
  compose: () => import('./compose.js'),
  slot: () => import('./slot.js'),
  explain: () => import('./explain.js'),
  keys: () => import('./keys.js'),
  count: () => import('./count.js'),
  flush: () => import('./flush.js'),
  call: () => import('./call.js'),
  config: () => import('./config.js'),
  info: () => import('./info.js'),
  slowlog: () => import('./slowlog.js'),
  skew: () => import('./skew.js'),
  down: () => import('./down.js'),
} as const satisfies Record<string, () => Promise<{ run: CommandRun }>>;

export type CommandName = keyof typeof COMMANDS;
