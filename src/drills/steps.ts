import { RclusterError } from '../base/errors.js';
import { sleep } from '../base/deadline.js';
import { findNode } from '../cluster/node-reference.js';
import type { FaultStep, RepeatStep, Step } from '../config/scenario.js';
import { again } from '../runtimes/detect.js';
import { errandOf, missingFor, waitFor } from './conditions.js';
import { runErrand } from './errands.js';
import { faultOf, healFault, injectFault, type Fault } from './faults/index.js';
import { moment } from './moment.js';
import type { Stage, Strike } from './stage.js';

/** Carries the steps of a drill out, one after the other. */

/** @throws TIMEOUT when a wait was in vain, UNHEALTHY when a check failed, and what faults and commands throw */
export async function perform(stage: Stage, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await performOne(stage, step);
}

async function performOne(stage: Stage, step: Step): Promise<void> {
  const { emit, signal } = stage.setting;
  switch (step.kind) {
    case 'load':
      emit({ type: 'step', text: `letting the load run for ${step.ms / 1000} s` });
      return sleep(step.ms, signal);
    case 'fault':
      return strike(stage, step);
    case 'wait-for':
      emit({ type: 'step', text: `waiting for "${step.condition}"` });
      await waitFor(stage, step.condition, step.of, step.withinMs);
      if (step.condition === 'migrating') stage.meanwhile = errandOf(stage, step.of);
      return;
    case 'check': {
      const missing = await missingFor(stage, step.condition, step.of);
      if (missing.length === 0) return;
      throw new RclusterError('UNHEALTHY', `the check "${step.condition}" failed`, { details: missing });
    }
    case 'heal': {
      const active = stage.strikes.filter(({ healedAt }) => healedAt === undefined);
      const meant = active.filter(({ name }) => step.name === 'all' || name === step.name);
      // At once: a replica cannot rejoin before its master has.
      await Promise.all(meant.map((each) => heal(stage, each)));
      return;
    }
    case 'command':
      await runErrand(stage, step);
      calmDown(stage);
      return;
    case 'repeat':
      return repeat(stage, step);
  }
}

async function strike(stage: Stage, { fault: description, as: name }: FaultStep): Promise<void> {
  const { found, workload, random, emit, signal } = stage.setting;
  const status = await stage.look();
  const spelledOut =
    'target' in description
      ? { ...description, target: stage.spelledOut(description.target) }
      : { ...description, groups: stage.spelledOut(description.groups) };
  const fault = faultOf(spelledOut, status, random);
  const nodes = fault.nodes.map((node) => findNode(status.nodes, node));
  workload.enter('during');
  const before = moment();
  await injectFault(await again(found), fault, { emit, signal });
  const at = strickenAt(stage, fault, before, moment());
  stage.strikes.push({ name, fault, nodes, at, healedAt: undefined });
  const { meanwhile } = stage;
  stage.meanwhile = undefined;
  if (meanwhile?.endedAt !== undefined && meanwhile.endedAt <= at)
    stage.remarks.push(
      `"${meanwhile.text}" had ended before ${fault.text} struck: the fault was none in its course`,
    );
  stage.name(name, fault.nodes);
  stage.say('injected', soleNode(fault), fault.text, at);
}

/**
 * When the fault took hold, as near as it can be told: the runtime answers some time after the deed. A node that died
 * ended our connection; one that is frozen fell silent.
 */
function strickenAt({ setting }: Stage, fault: Fault, before: number, after: number): number {
  const signs = fault.nodes.map((node) => setting.watcher.lastSignOf(node));
  const within = (at: number | undefined) => at !== undefined && at >= before && at <= after;
  switch (fault.kind) {
    case 'kill':
    case 'stop':
    case 'restart':
      return Math.min(
        after,
        ...signs
          .map(({ goneAt }) => goneAt)
          .filter((at) => at !== undefined && within(at))
          .map(Number),
      );
    case 'pause':
      return Math.min(after, ...signs.map(({ answeredAt }) => Math.max(before, answeredAt ?? after)));
    default:
      return after;
  }
}

async function heal(stage: Stage, struck: Strike): Promise<void> {
  const { found, emit } = stage.setting;
  // Healing takes until the node takes part again; the fault itself is gone when it begins.
  struck.healedAt = moment();
  stage.say('healed', soleNode(struck.fault), `healing: ${struck.fault.text}`, struck.healedAt);
  await healFault(await again(found), struck.fault, { emit });
  calmDown(stage);
}

/** What comes when nothing is broken any more, and nobody is at work, counts as afterwards. */
function calmDown({ strikes, errands, setting }: Stage): void {
  const isCalm =
    strikes.every(({ healedAt }) => healedAt !== undefined) &&
    errands.every(({ endedAt }) => endedAt !== undefined);
  if (isCalm) setting.workload.enter('after');
}

async function repeat(stage: Stage, { times, each, steps }: RepeatStep): Promise<void> {
  if (each === undefined) {
    for (let turn = 0; turn < (times ?? 1); turn += 1) await perform(stage, steps);
    return;
  }
  const { nodes } = await stage.look();
  const meant = nodes.filter(({ role, slotCount }) => {
    if (each === 'node') return role !== undefined;
    return each === 'master' ? role === 'master' && slotCount > 0 : role === 'replica';
  });
  for (const { name } of meant) {
    stage.name('each', [name]);
    await perform(stage, steps);
  }
}

function soleNode({ nodes }: Fault): string {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : 'rcluster';
}
