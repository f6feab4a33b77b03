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

/** @throws REDIS_ERROR for text that is not CLUSTER NODES' */
export function parseClusterNodes(text: string): NodeView {
  const entries = text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
  const self = entries.find((entry) => entry.flags.includes('myself'));
  if (self === undefined)
    throw new RclusterError('REDIS_ERROR', 'CLUSTER NODES has no line for the node itself');
  return { self: self.id, entries };
}

/** `ID HOST:PORT@BUS[,HOSTNAME[,AUX=...]] FLAGS MASTER PING PONG EPOCH LINK [SLOT...]` */
function parseLine(line: string): NodeEntry {
  const [id = '', address = '', flagText = '', master = '', , , epoch = '', link = '', ...owned] =
    line.split(' ');
  const [, host, port, hostname = ''] = /^(.*):(\d+)(?:@\d+)?(?:,([^,]*).*)?$/.exec(address) ?? [];
  if (host === undefined || !/^[0-9a-f]{40}$/.test(id) || !/^\d+$/.test(epoch)) {
    throw new RclusterError(
      'REDIS_ERROR',
      `not a line of CLUSTER NODES: ${JSON.stringify(line.slice(0, 120))}`,
    );
  }
  const flags = flagText.split(',');
  const isReplica = flags.includes('slave') || flags.includes('replica');
  return {
    id,
    host,
    port: Number(port),
    hostname,
    flags,
    role: isReplica ? 'replica' : 'master',
    replicaOf: isReplica && master !== '-' ? master : undefined,
    configEpoch: Number(epoch),
    linkUp: link === 'connected',
    slots: owned.filter((item) => !item.startsWith('[')).map(parseRange),
    openSlots: owned.filter((item) => item.startsWith('[')).map(parseOpenSlot),
  };
}

function parseRange(text: string): SlotRange {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === '' || Number(first) > Number(last) || Number(last) >= SLOT_COUNT)
    throw new RclusterError('REDIS_ERROR', `not a slot range: ${JSON.stringify(text.slice(0, 40))}`);
  return [Number(first), Number(last)];
}

/** `[93->-ID]` is on its way to ID, `[77-<-ID]` on its way from it. */
function parseOpenSlot(text: string): OpenSlot {
  const [, slot, arrow, peer = ''] = /^\[(\d+)-([<>])-([0-9a-f]{40})\]$/.exec(text) ?? [];
  if (slot === undefined)
    throw new RclusterError('REDIS_ERROR', `not an open slot: ${JSON.stringify(text.slice(0, 80))}`);
  return { slot: Number(slot), state: arrow === '>' ? 'migrating' : 'importing', peer };
}
