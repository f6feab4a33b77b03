import { RclusterError } from '../../base/errors.js';
import type { NodeEntry, NodeView, OpenSlot } from '../../cluster/topology.js';
import { SLOT_COUNT, type SlotRange } from '../../cluster/slots.js';
import type { Command, Reply } from '../connection.js';
import { asText } from '../reply.js';

/** How the node sees the whole cluster. https://redis.io/docs/latest/commands/cluster-nodes/ */
export const clusterNodes = (): Command<NodeView> => ({
  args: ['CLUSTER', 'NODES'],
  decode: (reply: Reply) => parseClusterNodes(asText(reply)),
});

const MOST_PORT = 65_535;
/** More than nodes of a cluster: there are no more masters than slots. */
const MOST_LINES = 4 * SLOT_COUNT;

/** @throws REDIS_ERROR for text that is not CLUSTER NODES' */
export function parseClusterNodes(text: string): NodeView {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > MOST_LINES)
    throw new RclusterError('REDIS_ERROR', `CLUSTER NODES has ${lines.length} lines`);
  const entries = lines.map(parseLine);
  const self = entries.find((entry) => entry.flags.includes('myself'));
  if (self === undefined)
    throw new RclusterError('REDIS_ERROR', 'CLUSTER NODES has no line for the node itself');
  return { self: self.id, entries };
}

/** `ID HOST:PORT@BUS[,HOSTNAME[,AUX=...]] FLAGS MASTER PING PONG EPOCH LINK [SLOT...]` */
function parseLine(line: string): NodeEntry {
  const [id = '', address = '', flagText = '', master = '', , , epoch = '', link = '', ...owned] =
    line.split(' ');
  const [bus = '', hostname = ''] = address.split(',', 2);
  const colon = bus.lastIndexOf(':');
  const [, port] = /^(\d{1,5})(?:@\d{1,5})?$/.exec(bus.slice(colon + 1)) ?? [];
  const isPort = port !== undefined && Number(port) <= MOST_PORT;
  if (colon === -1 || !isPort || !/^[0-9a-f]{40}$/.test(id) || !/^\d{1,20}$/.test(epoch)) {
    throw new RclusterError(
      'REDIS_ERROR',
      `not a line of CLUSTER NODES: ${JSON.stringify(line.slice(0, 120))}`,
    );
  }
  const flags = flagText.split(',');
  const isReplica = flags.includes('slave') || flags.includes('replica');
  return {
    id,
    host: bus.slice(0, colon),
    port: Number(port),
    hostname,
    flags,
    role: isReplica ? 'replica' : 'master',
    replicaOf: isReplica && master !== '-' ? master : undefined,
    configEpoch: Number(epoch),
    linkUp: link === 'connected',
    slots: ascending(owned.filter((item) => !item.startsWith('[')).map(parseRange)),
    openSlots: owned.filter((item) => item.startsWith('[')).map(parseOpenSlot),
  };
}

/** As every server writes them; a line cannot claim a slot twice, nor make whoever reads it count for ever. */
function ascending(ranges: readonly SlotRange[]): readonly SlotRange[] {
  const isInOrder = ranges.every(([first], at) => first > (ranges[at - 1]?.[1] ?? -1));
  if (!isInOrder)
    throw new RclusterError('REDIS_ERROR', 'CLUSTER NODES has a line whose slots are not in order');
  return ranges;
}

function parseRange(text: string): SlotRange {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === '' || Number(first) > Number(last) || Number(last) >= SLOT_COUNT)
    throw new RclusterError('REDIS_ERROR', `not a slot range: ${JSON.stringify(text.slice(0, 40))}`);
  return [Number(first), Number(last)];
}

/** `[93->-ID]` is on its way to ID, `[77-<-ID]` on its way from it. */
function parseOpenSlot(text: string): OpenSlot {
  const [, slot, arrow, peer = ''] = /^\[(\d{1,5})-([<>])-([0-9a-f]{40})\]$/.exec(text) ?? [];
  if (slot === undefined || Number(slot) >= SLOT_COUNT)
    throw new RclusterError('REDIS_ERROR', `not an open slot: ${JSON.stringify(text.slice(0, 80))}`);
  return { slot: Number(slot), state: arrow === '>' ? 'migrating' : 'importing', peer };
}
