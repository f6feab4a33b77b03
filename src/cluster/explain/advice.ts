import { quotedBytes, shownBytes } from '../../base/bytes.js';
import { commonTag } from '../inspect/common-tag.js';
import { keySlot } from '../slots.js';
import { keyPlaces, type CommandSpec } from './command-spec.js';
import type { Scope } from './scope.js';

/** What is known of a command when it is judged. */
export interface Facts {
  readonly spec: CommandSpec;
  readonly words: readonly Buffer[];
  /** Of the words, where the keys stand. */
  readonly keysAt: readonly number[];
  readonly scope: Scope;
  /** What the server answers, when it refuses. */
  readonly error: string | undefined;
}

/** Another way to get there. */
export interface Alternative {
  readonly what: string;
  /** Commands to type, each a line. */
  readonly commands: readonly string[];
}

/** What rcluster has for a command that answers for one node. */
const WHOLE_CLUSTER: Readonly<Record<string, (words: readonly string[]) => string>> = {
  keys: ([, pattern = '*']) => `rcluster keys ${shellWord(pattern)}`,
  scan: (words) => {
    const at = words.findIndex((word) => word.toLowerCase() === 'match');
    return `rcluster keys${at === -1 ? '' : ` ${shellWord(words[at + 1] ?? '*')}`}`;
  },
  dbsize: () => 'rcluster count',
  flushall: () => 'rcluster flush',
  flushdb: () => 'rcluster flush',
  info: ([, ...sections]) => ['rcluster info', ...sections.map(shellWord)].join(' '),
  'config|get': ([, , ...patterns]) => ['rcluster config get', ...patterns.map(shellWord)].join(' '),
  'config|set': ([, , ...pairs]) => ['rcluster config set', ...pairs.map(shellWord)].join(' '),
  'slowlog|get': () => 'rcluster slowlog',
};

/** Better ways to write the command. Pure. */
export function alternativesFor(facts: Facts): Alternative[] {
  const { spec, error, scope } = facts;
  if (error?.startsWith('CROSSSLOT') === true) return [...splitBySlot(facts), ...withTag(facts)];
  if (
    /SELECT|SWAPDB|MOVE|database|DB index/i.test(error ?? '') &&
    /^(select|swapdb|move|copy)$/.test(spec.name)
  )
    return [
      {
        what: 'a cluster has one database: tell data apart by a prefix of the keys',
        commands: ['SET app1:user:1 ...'],
      },
    ];
  if (spec.name === 'failover')
    return [{ what: 'let a replica take over', commands: ['rcluster failover NODE'] }];
  if (spec.name === 'replicaof' || spec.name === 'slaveof')
    return [
      {
        what: 'make a node a replica of a master',
        commands: ['CLUSTER REPLICATE MASTER-ID', 'rcluster add-replica --of NODE'],
      },
    ];
  if (error?.startsWith('NOSCRIPT') === true)
    return [
      {
        what: 'each node has its own scripts: load it on all of them, or let the client fall back to EVAL',
        commands: ["rcluster call --on masters SCRIPT LOAD 'return 1'"],
      },
    ];
  if (error !== undefined) return [];
  if (scope === 'masters')
    return [{ what: 'for the whole cluster', commands: [wholeCluster(facts, 'masters')] }];
  if (scope === 'nodes') return [{ what: 'on every node', commands: [wholeCluster(facts, 'all')] }];
  return [];
}

function wholeCluster({ spec, words }: Facts, on: 'all' | 'masters'): string {
  const texts = words.map((word) => word.toString());
  const own = WHOLE_CLUSTER[spec.name]?.(texts);
  return (
    own ?? ['rcluster call', ...(on === 'all' ? [] : ['--on masters']), ...texts.map(shellWord)].join(' ')
  );
}

/** Where the server tells clients that they may: `request_policy:multi_shard`. */
function splitBySlot({ spec, words, keysAt }: Facts): Alternative[] {
  if (!spec.tips.has('request_policy:multi_shard')) return [];
  const step = Math.max(1, ...spec.keySpecs.map((keySpec) => keyPlaces(keySpec, words).step));
  const [first = 0] = keysAt;
  const bySlot = new Map<number, Buffer[]>();
  for (const at of keysAt) {
    const slot = keySlot(words[at] ?? '');
    bySlot.set(slot, [...(bySlot.get(slot) ?? []), ...words.slice(at, at + step)]);
  }
  const commands = [...bySlot.values()].map((own) => commandText([...words.slice(0, first), ...own]));
  return [{ what: `one command a slot, in one pipeline; not at one moment any more`, commands }];
}

function withTag({ words, keysAt }: Facts): Alternative[] {
  const common = commonTag(keysAt.map((at) => words[at] ?? Buffer.alloc(0)));
  if (common === undefined) return [];
  const renamed = words.map((word, at) => common.names[keysAt.indexOf(at)] ?? word);
  return [
    {
      what: `with the hash tag {${shownBytes(common.tag)}} in the keys’ names, wherever they are used`,
      commands: [commandText(renamed)],
    },
  ];
}

/** What there is to know besides. Pure. */
export function notesFor({ spec, keysAt, scope, words, error }: Facts): string[] {
  const { flags, name, categories } = spec;
  const isScript = categories.has('@scripting') && /^(eval|evalsha|fcall)(_ro)?$/.test(name);
  const slots = new Set(keysAt.map((at) => keySlot(words[at] ?? ''))).size;
  // Where a refused command would go is of no use.
  const notes = error === undefined ? [SCOPE_NOTES[scope]] : [];
  if (slots > 1)
    notes.push(
      `the keys are in ${slots} slots; a command takes keys of one slot, also where one node has all of them`,
    );
  if (flags.has('blocking')) {
    notes.push(
      'it may block: the connection serves nobody else meanwhile, and a failover or a move of the slot ends it with an error',
    );
  }
  if (isScript) {
    notes.push(
      'the server sees the declared keys alone: a key that the script makes up is refused while it runs, where another node owns it',
    );
    if (keysAt.length === 0) notes.push('without keys it runs on whichever node is asked');
  }
  if (name.startsWith('evalsha') || name.startsWith('fcall'))
    notes.push('scripts and functions are not shared between masters: each has to be given them');
  if (name === 'watch' || name === 'multi')
    notes.push('all keys of a transaction, and those that it watches, must be in one slot');
  if (name === 'publish')
    notes.push('SPUBLISH reaches the nodes of one slot alone, which scales with the cluster');
  if (error === undefined && /^sort(_ro)?$/.test(name))
    notes.push('BY and GET are refused where they name keys that may be in other slots');
  return notes;
}

const SCOPE_NOTES: Readonly<Record<Scope, string>> = {
  slot: 'the node that has the slot carries it out; any other answers MOVED, which clients follow',
  'channel-slot':
    'the channel has a slot as a key has: messages stay on the node of that slot and its replicas',
  'every-node': 'any node will do: messages go to all nodes, over the cluster bus',
  connection: 'it is about the connection that it is sent on; a client has one to each node',
  masters: 'it answers for one node alone, and each master has its own part of the keys',
  nodes: 'it is about the one node that is asked; the others do not hear of it',
  node: 'any node answers, for itself',
};

export function commandText(words: readonly Buffer[]): string {
  return words
    .map((word) => {
      const shown = shownBytes(word);
      return /\s/.test(shown) && !shown.startsWith('"') ? quotedBytes(word) : shown;
    })
    .join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
