import type { CommandStep, TopologyCommand } from '../config/scenario.js';
import { messageOf } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { startNode } from '../operations/node-lifecycle.js';
import { addMaster } from '../operations/scaling/add-master.js';
import { addReplica } from '../operations/scaling/add-replica.js';
import { rebalance } from '../operations/scaling/rebalance.js';
import { remove } from '../operations/scaling/remove.js';
import type { OperationOptions } from '../operations/up.js';
import { again } from '../runtimes/detect.js';
import { handOver } from './failover.js';
import { moment } from './moment.js';
import type { Errand, Stage } from './stage.js';

/** Changes to the cluster while a drill runs: the same operations as those of the command line. */

/**
 * Begins a change, and waits for its end unless it goes on in the background. How it ended in the background is told in
 * the timeline: a rebalance whose source is killed is meant to fail.
 *
 * @throws what the operation throws
 */
export async function runErrand(stage: Stage, { command, as: name, background }: CommandStep): Promise<void> {
  const text = textOf(command);
  const errand: Errand = {
    ...{
      name,
      text,
      at: moment(),
      nodes: [],
      endedAt: undefined,
      isMoving: false,
      failure: undefined,
    },
    ended: Promise.resolve(),
  };
  const emit: Emit = (event) => {
    if (event.type === 'progress' && event.unit === 'slots' && event.done > 0) errand.isMoving = true;
    stage.setting.emit(event);
  };
  stage.errands.push(errand);
  stage.setting.workload.enter('during');
  stage.say('step', 'rcluster', text);
  const work = carryOut(stage, command, errand, { emit, signal: stage.setting.signal }).then(
    (nodes) => {
      stage.name(name, nodes);
      stage.say('note', 'rcluster', `${text}: done`);
    },
    (error: unknown) => {
      errand.failure = error;
      stage.say('note', 'rcluster', `${text}: ${messageOf(error)}`);
    },
  );
  errand.ended = work.then(() => {
    errand.endedAt = moment();
  });
  if (background) return;
  await errand.ended;
  if (errand.failure !== undefined) throw errand.failure as Error;
}

/** @returns the nodes that it is about, by name */
async function carryOut(
  stage: Stage,
  command: TopologyCommand,
  errand: Errand,
  activity: OperationOptions,
): Promise<readonly string[]> {
  const { cluster } = stage;
  const { watcher, found } = stage.setting;
  const status = await stage.look();
  const meant = (target: string) => {
    const node = stage.nodeOf(target, status);
    errand.nodes = [node];
    // Named before it is over, so that a fault can strike it meanwhile.
    stage.name(errand.name, [node.name]);
    return node.name;
  };
  switch (command.command) {
    case 'add-master': {
      const { count, replicas } = command;
      const { added } = await addMaster(
        cluster,
        { count, ...(replicas === undefined ? {} : { replicas }) },
        activity,
      );
      watcher.watch((await again(found)).record.nodes);
      return added;
    }
    case 'add-replica': {
      const { count, of } = command;
      const options = { count, ...(of === undefined ? {} : { of: meant(of) }) };
      const { added } = await addReplica(cluster, options, activity);
      watcher.watch((await again(found)).record.nodes);
      return added.map(({ replica }) => replica);
    }
    case 'remove': {
      errand.nodes = command.nodes.flatMap((target) => stage.nodesOf(target, status));
      const names = errand.nodes.map((node) => node.name);
      await remove(cluster, names, {}, activity);
      return names;
    }
    case 'rebalance': {
      const weight = Object.fromEntries(
        Object.entries(command.weights).map(([target, value]) => [meant(target), value]),
      );
      await rebalance(cluster, { weight, includeEmpty: command.includeEmpty }, activity);
      return errand.nodes.map((node) => node.name);
    }
    case 'failover': {
      const node = meant(command.node);
      await handOver(cluster, node, { how: command.how, ...activity });
      return [node];
    }
    case 'start': {
      const node = meant(command.node);
      await startNode(cluster, node, activity);
      return [node];
    }
  }
}

function textOf(command: TopologyCommand): string {
  switch (command.command) {
    case 'add-master':
    case 'add-replica':
      return `${command.command} (${command.count})`;
    case 'remove':
      return `remove ${command.nodes.join(', ')}`;
    case 'rebalance':
      return 'rebalance';
    case 'failover':
      return `failover ${command.node}`;
    case 'start':
      return `start ${command.node}`;
  }
}
