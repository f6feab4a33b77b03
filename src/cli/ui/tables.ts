import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import Table from 'cli-table3';
import { bytes, plural } from '../../base/format.js';
import type { Finding } from '../../cluster/findings.js';
import type { SlotRange } from '../../cluster/slots.js';
import type { ClusterListing } from '../../operations/list.js';
import type { NodeReport, StatusReport } from '../../operations/observe.js';
import { hostOf } from '../../config/announce.js';
import type { UpPlan } from '../../operations/plan-up.js';

const STATE_COLOUR = { ok: chalk.green, degraded: chalk.yellow, fail: chalk.red } as const;
/** Told apart by letter and by colour, so that the bar reads without colours as well. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const COLOURS = [chalk.cyan, chalk.yellow, chalk.green, chalk.magenta, chalk.blue, chalk.red] as const;
const SLOT_COUNT = 16_384;
const BAR_CELLS = 64;

/** Columns without borders: easy to read, to copy and to cut. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((title) => chalk.dim(title)),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/[^\S\n]+$/gm, '');
}

/** `status`: state, nodes, who owns which slots, and what is wrong. */
export function statusText(status: StatusReport): string {
  const owners = status.nodes.filter((node) => node.slotCount > 0);
  const markOf = new Map(owners.map((node, index) => [node.name, mark(index)]));
  const head = `${chalk.bold(status.cluster)}  ${STATE_COLOUR[status.state](status.state)}  ${plural(status.slotsCovered, 'slot')} of ${SLOT_COUNT} covered`;
  const where = chalk.dim(`${status.image} on ${status.runtime}: ${status.runtimeReason}`);
  return [
    head,
    where,
    '',
    nodeTable(status.nodes, markOf),
    '',
    slotBar(owners),
    ...findingLines(status.findings),
  ].join('\n');
}

function mark(index: number): string {
  const colour = COLOURS[index % COLOURS.length] ?? chalk.white;
  return colour(LETTERS[index % LETTERS.length] ?? '?');
}

/** Where a line would be broken in two, memory is what people can do without. */
export function nodeTable(
  nodes: readonly NodeReport[],
  markOf: ReadonlyMap<string, string> = new Map(),
  terminalColumns = process.stdout.isTTY ? process.stdout.columns : Infinity,
): string {
  const table = nodeColumns(nodes, markOf, true);
  const width = Math.max(...table.split('\n').map((line) => stripVTControlCharacters(line).length));
  return width > terminalColumns ? nodeColumns(nodes, markOf, false) : table;
}

function nodeColumns(
  nodes: readonly NodeReport[],
  markOf: ReadonlyMap<string, string>,
  withMemory: boolean,
): string {
  const memory = (text: string) => (withMemory ? [text] : []);
  return columns(
    ['', 'NODE', 'ENDPOINT', 'ROLE', 'SLOTS', 'KEYS', ...memory('MEMORY'), 'LINK'],
    nodes.map((node) => [
      markOf.get(node.name) ?? ' ',
      node.name,
      node.endpoint,
      roleText(node),
      slotsText(node.slots, node.slotCount),
      node.keys === undefined ? '-' : String(node.keys),
      ...memory(node.memoryBytes === undefined ? '-' : bytes(node.memoryBytes)),
      linkText(node),
    ]),
  );
}

function roleText(node: NodeReport): string {
  if (node.role === 'master') return 'master';
  return node.role === undefined ? '-' : `replica of ${node.replicaOf ?? '?'}`;
}

function slotsText(slots: readonly SlotRange[], count: number): string {
  const [only] = slots;
  if (only === undefined) return '-';
  return slots.length === 1 ? `${only[0]}-${only[1]}` : `${count} in ${slots.length} ranges`;
}

function linkText(node: NodeReport): string {
  if (node.state !== 'running') return chalk.red(node.state);
  return node.linkUp ? chalk.green('up') : chalk.red('down');
}

/** 64 cells of 256 slots; a cell shows who owns most of it. */
export function slotBar(owners: readonly Pick<NodeReport, 'slots'>[]): string {
  const cells = Array.from({ length: BAR_CELLS }, (_, cell) => {
    const first = (cell * SLOT_COUNT) / BAR_CELLS;
    const last = first + SLOT_COUNT / BAR_CELLS - 1;
    const shares = owners.map(({ slots }) =>
      slots.reduce((sum, range) => sum + overlap(range, first, last), 0),
    );
    const most = Math.max(0, ...shares);
    return most === 0 ? chalk.red('.') : mark(shares.indexOf(most));
  });
  return `0 ${cells.join('')} ${SLOT_COUNT - 1}`;
}

function overlap([first, last]: SlotRange, from: number, to: number): number {
  return Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
}

export function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ severity, message, hint }) => {
    const tag = severity === 'error' ? chalk.red('error') : chalk.yellow('warning');
    return `${tag}: ${message}${hint === undefined ? '' : `\n  ${chalk.dim(hint)}`}`;
  });
  return ['', ...lines];
}

/** @param byDefault the cluster that commands mean */
export function clusterTable(clusters: readonly ClusterListing[], byDefault: string): string {
  return columns(
    ['CLUSTER', 'RUNTIME', 'NODES', 'RUNNING', 'ENDPOINT', 'IMAGE', 'DEFAULT'],
    clusters.map((item) => [
      item.cluster,
      item.runtime,
      String(item.nodes),
      String(item.running),
      item.endpoint,
      item.image,
      item.cluster === byDefault ? '*' : '',
    ]),
  );
}

export function planTable({ nodes, spec }: UpPlan): string {
  return columns(
    ['NODE', 'ENDPOINT', 'ROLE', 'SLOTS'],
    nodes.map((node) => [
      node.name,
      `${hostOf(spec)}:${node.port}`,
      node.role === 'master' ? 'master' : `replica of ${node.replicaOf ?? '?'}`,
      node.slots.map(([first, last]) => `${first}-${last}`).join(' ') || '-',
    ]),
  );
}
