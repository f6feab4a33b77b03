import type { CommandContext } from '../context.js';
import type { Invocation } from '../program.js';

/** A command takes what was asked for and returns its exit code. */
export type CommandRun = (context: CommandContext, invocation: Invocation) => Promise<number>;

/** Loaded when they are called: `--version` must not wait for what `up` needs. */
export const COMMANDS = {
  up: () => import('./up.js'),
  status: () => import('./status.js'),
  ls: () => import('./ls.js'),
  'add-master': () => import('./add-master.js'),
  rebalance: () => import('./rebalance.js'),
  kill: () => import('./kill.js'),
  start: () => import('./start.js'),
  stop: () => import('./stop.js'),
  logs: () => import('./logs.js'),
  cli: () => import('./cli.js'),
  connect: () => import('./connect.js'),
  compose: () => import('./compose.js'),
  down: () => import('./down.js'),
} as const satisfies Record<string, () => Promise<{ run: CommandRun }>>;

export type CommandName = keyof typeof COMMANDS;
