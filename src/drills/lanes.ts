import type { NodeLane } from '../reports/model.js';

/** How each node was over time, from looks at it. Pure. */

export type LaneState = NodeLane['spans'][number]['state'];

/** How a node was at one moment: milliseconds since the injection. */
export interface Look {
  readonly atMs: number;
  readonly node: string;
  readonly state: LaneState;
}

/** What was done to a node, and for how long; it hides what the node itself says. */
export interface Affliction {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: LaneState;
}

/** One lane a node, in the order given; each is without gaps from its first look to `endMs`. */
export function lanesOf(
  nodes: readonly string[],
  looks: readonly Look[],
  afflictions: readonly Affliction[],
  endMs: number,
): NodeLane[] {
  return nodes.map((node) => {
    const own = looks.filter((look) => look.node === node).sort((a, b) => a.atMs - b.atMs);
    const struck = afflictions.filter((affliction) => affliction.node === node);
    return { node, spans: spansOf(own, struck, endMs) };
  });
}

type Span = NodeLane['spans'][number];

function spansOf(looks: readonly Look[], struck: readonly Affliction[], endMs: number): Span[] {
  const [first] = looks;
  if (first === undefined || first.atMs >= endMs) return [];
  const edges = [
    ...looks.map(({ atMs }) => atMs),
    ...struck.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    endMs,
  ].filter((at) => at >= first.atMs && at <= endMs);
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  const spans: { fromMs: number; toMs: number; state: LaneState }[] = [];
  let said = 0;
  sorted.slice(0, -1).forEach((fromMs, index) => {
    const toMs = sorted[index + 1] ?? endMs;
    while ((looks[said + 1]?.atMs ?? Infinity) <= fromMs) said += 1;
    const state =
      struck.find((affliction) => affliction.fromMs <= fromMs && toMs <= affliction.toMs)?.state ??
      looks[said]?.state ??
      first.state;
    const open = spans.at(-1);
    if (open?.state === state) open.toMs = toMs;
    else spans.push({ fromMs, toMs, state });
  });
  return spans;
}
