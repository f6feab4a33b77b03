import chalk from 'chalk';
import { shownBytes } from '../../base/bytes.js';
import { bytes, plural } from '../../base/format.js';
import type { EvenWeights } from '../../cluster/inspect/even-weights.js';
import type { Culprit, HeavySlot, MasterSkew, Share } from '../../cluster/inspect/skew.js';
import type { SkewResult } from '../../operations/inspect/skew.js';
import { textTable } from '../../reports/text-table.js';
import { movingNotes } from './key-counts.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

/** Weights as `rebalance` takes them: `7700=0.8`. */
interface TypedWeights extends Omit<EvenWeights, 'weights'> {
  readonly weights: Readonly<Record<string, number>>;
}

/** Below this nobody minds. */
const UNEVEN_TIMES = 1.25;

export function weightArguments(
  { weights }: EvenWeights,
  masters: readonly MasterSkew[],
  ports: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    masters.map(({ id, name }) => [String(ports[name] ?? name), weights.get(id) ?? 1]),
  );
}

export function skewText(
  result: Omit<SkewResult, 'weights' | 'ports'>,
  weights: TypedWeights | undefined,
): string {
  const { masters, heavySlots, unseen, sampledKeys, slotsMoving } = result;
  const shares = (share: Share, text: (amount: number) => string) => [
    text(share.amount),
    percent(share.share),
  ];
  return [
    ...textTable(
      ['MASTER', '>KEYS', '>', '>DATA', '>', '>USED MEMORY', '>', '>OPS/S', '>'],
      masters.map(({ name, keys, dataBytes, memoryBytes, opsPerSecond }) => [
        name,
        ...shares(keys, String),
        ...shares(dataBytes, (amount) => bytes(Math.round(amount))),
        ...shares(memoryBytes, bytes),
        ...shares(opsPerSecond, (amount) => amount.toFixed(amount < 10 ? 1 : 0)),
      ]),
      STYLE,
    ).map((line) => line.trimEnd()),
    chalk.dim(`data: estimated from ${plural(sampledKeys, 'key')} that were weighed (--sample)`),
    ...slotLines(heavySlots),
    '',
    ...verdictLines(result, weights),
    ...movingNotes(slotsMoving),
    ...unseenLines(unseen),
  ].join('\n');
}

function slotLines(slots: readonly HeavySlot[]): string[] {
  if (slots.length === 0) return ['', 'no slot stands out'];
  return [
    '',
    ...textTable(
      ['>SLOT', 'MASTER', '>KEYS', '>DATA', '>OF ALL', 'TO BLAME'],
      slots.map(({ slot, master, keys, dataBytes, share, culprit }) => [
        String(slot),
        master,
        String(keys),
        bytes(Math.round(dataBytes)),
        percent(share),
        culpritText(culprit),
      ]),
      STYLE,
    ),
  ];
}

function culpritText(culprit: Culprit | undefined): string {
  if (culprit === undefined) return 'keys with nothing in common';
  return culprit.kind === 'key'
    ? `key ${shownBytes(culprit.key)} (${bytes(culprit.bytes)})`
    : `tag {${shownBytes(culprit.tag)}} (${culprit.keys} of ${plural(culprit.sampled, 'key')} looked at)`;
}

function verdictLines(
  { fullest, by, masters, heavySlots }: Omit<SkewResult, 'weights' | 'ports'>,
  weights: TypedWeights | undefined,
): string[] {
  if (fullest === undefined) return ['there are no keys'];
  const what = by === 'keys' ? 'keys' : 'data';
  const times = `${fullest.name} has ${fullest.times.toFixed(2)} times its even share of the ${what}`;
  const [heaviest] = heavySlots;
  const isTooLarge = heaviest !== undefined && heaviest.share * masters.length > UNEVEN_TIMES;
  return [
    fullest.times > UNEVEN_TIMES ? chalk.yellow(times) : `${chalk.green('even:')} ${times}`,
    ...(isTooLarge
      ? [
          `slot ${heaviest.slot} alone is more than one master's share: no weights can even that, for a slot is on one node;`,
          heaviest.culprit?.kind === 'key'
            ? 'split the key into several'
            : 'spread its keys over several tags',
        ]
      : []),
    ...(weights === undefined
      ? []
      : [
          `${chalk.cyan('better:')} the fullest master would have ${weights.after.toFixed(2)} times its share after`,
          `  rcluster rebalance ${Object.entries(weights.weights)
            .map(([port, weight]) => `--weight ${port}=${weight}`)
            .join(' ')}`,
        ]),
  ];
}

const percent = (share: number) => `${Math.round(share * 100)}%`;
