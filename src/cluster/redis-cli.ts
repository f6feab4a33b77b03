import type { Port } from '../config/types.js';
import type { FailoverKind, PlanStep, PlannedNode } from './plan-step.js';
import { applyMoves, type Move, type SlotOwner } from './rebalance.js';
import { countSlots, formatRanges, toRanges, toSlots, type SlotRange } from './slots.js';

/** A command, or what has to be said where redis-cli has none that does the same. */
export type RedisCliLine =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'comment'; readonly text: string };

export interface Endpoint {
  readonly host: string;
  readonly port: Port;
}

const FAILOVER_ARGUMENTS: Readonly<Record<FailoverKind, readonly string[]>> = {
  graceful: [],
  force: ['FORCE'],
  takeover: ['TAKEOVER'],
};

/**
 * The redis-cli commands that come closest to a plan, step by step. `owners` are the masters before the plan: redis-cli
 * cannot be told which slots to move, it takes the lowest of the source (redis/redis-cli.c
 * clusterManagerComputeReshardTable), and a comment says so wherever those are not the plan's. No password is among
 * the arguments: redis-cli takes it from `REDISCLI_AUTH`.
 */
export function renderAsRedisCli(
  steps: readonly PlanStep[],
  endpointOf: (node: PlannedNode) => Endpoint,
  owners: readonly SlotOwner[],
): RedisCliLine[] {
  const booted = new Set(steps.flatMap((step) => (step.kind === 'boot' ? [step.node] : [])));
  const idOf = (node: PlannedNode) => (booted.has(node) ? `<id of ${node}>` : node);
  const joining = new Set(steps.flatMap((step) => (step.kind === 'meet' ? [step.node] : [])));
  const addressOf = (node: PlannedNode) => `${endpointOf(node).host}:${endpointOf(node).port}`;
  const tell = (node: PlannedNode, ...words: string[]) =>
    command('-h', endpointOf(node).host, '-p', String(endpointOf(node).port), 'CLUSTER', ...words);
  /** Who owns what as redis-cli leaves it, which need not be as the plan does. */
  let held = withReceivers(owners, steps);

  return steps.flatMap((step): RedisCliLine[] => {
    switch (step.kind) {
      case 'boot':
        return [
          comment(
            `redis-cli starts no servers: start ${step.node} on port ${step.port}; CLUSTER MYID says its id`,
          ),
        ];
      case 'meet': {
        // redis-cli waits until the newcomer knows its master only when both are asked for in one command.
        const master = steps.find((other) => other.kind === 'replicate' && other.replica === step.node);
        const role =
          master?.kind === 'replicate' ? ['--cluster-slave', '--cluster-master-id', idOf(master.master)] : [];
        return [command('--cluster', 'add-node', addressOf(step.node), addressOf(step.via), ...role)];
      }
      case 'move': {
        const { from, to, slots } = step.move;
        const count = countSlots(slots);
        const others = lowestSlots(held, from, count);
        held = applyMoves(held, [{ from, to, slots: others }]);
        return [
          ...differenceIn(step.move, others),
          command(
            ...[
              '--cluster',
              'reshard',
              addressOf(from),
              '--cluster-from',
              idOf(from),
              '--cluster-to',
              idOf(to),
            ],
            ...['--cluster-slots', String(count), '--cluster-yes'],
          ),
        ];
      }
      case 'replicate':
        return joining.has(step.replica) ? [] : [tell(step.replica, 'REPLICATE', idOf(step.master))];
      case 'forget':
        return [command('--cluster', 'del-node', addressOf(step.node), idOf(step.node))];
      case 'remove':
        return [comment(`redis-cli ends no servers: stop ${step.node} and delete its data`)];
      case 'failover':
        return [tell(step.node, 'FAILOVER', ...FAILOVER_ARGUMENTS[step.how])];
    }
  });
}

/** The lines for a POSIX shell, every argument quoted so that it arrives as it is. */
export function toShellScript(lines: readonly RedisCliLine[]): string {
  return lines
    .map((line) =>
      line.kind === 'command'
        ? line.argv.map(quoted).join(' ')
        : // A line break would end the comment, and what follows would run.
          `# ${line.text.replace(/[\r\n]+/g, ' ')}`,
    )
    .map((line) => `${line}\n`)
    .join('');
}

function command(...args: string[]): RedisCliLine {
  return { kind: 'command', argv: ['redis-cli', ...args] };
}

function comment(text: string): RedisCliLine {
  return { kind: 'comment', text };
}

/** The owners, and the nodes that the plan makes owners. */
function withReceivers(owners: readonly SlotOwner[], steps: readonly PlanStep[]): readonly SlotOwner[] {
  const receivers = new Set(steps.flatMap((step) => (step.kind === 'move' ? [step.move.to] : [])));
  for (const { id } of owners) receivers.delete(id);
  return [...owners, ...[...receivers].map((id) => ({ id, slots: [] }))];
}

function lowestSlots(owners: readonly SlotOwner[], id: PlannedNode, count: number): SlotRange[] {
  const owned = owners.filter((owner) => owner.id === id).flatMap(({ slots }) => toSlots(slots));
  return toRanges(owned.sort((a, b) => a - b).slice(0, count));
}

function differenceIn({ slots }: Move, others: readonly SlotRange[]): RedisCliLine[] {
  const [planned, picked] = [formatRanges(toRanges(toSlots(slots))), formatRanges(others)];
  return planned === picked
    ? []
    : [comment(`rcluster moves slots ${planned}; redis-cli picks the lowest of the source, ${picked}`)];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
