import { randomUUID } from 'node:crypto';
import { isTelling, knownRefusal, standInFor } from '../../cluster/explain/stand-in.js';
import type { CommandSpec } from '../../cluster/explain/command-spec.js';
import { locateChannels, locateKeys } from '../../cluster/explain/key-uses.js';
import { keySlot, slotTags, type Slot } from '../../cluster/slots.js';
import {
  commandGetKeysAndFlags,
  commandInfo,
  functionNames,
  scriptExists,
  type UsedKey,
} from '../../redis/commands/index.js';
import type { Scratch } from './scratch.js';
import type { SeenNode, Sight } from './sight.js';

export interface Stage {
  readonly sight: Sight;
  /** For what every node knows. */
  readonly anyNode: SeenNode;
  readonly scratch: Scratch;
}

export interface PlaceUse {
  readonly slot: Slot;
  readonly kind: 'key' | 'channel';
  /** What the command does with it, in the server's terms. */
  readonly use: readonly string[];
}

/** A command's keys and channels, by where they stand among its words. */
export interface Places {
  /** Undefined when the server knows no such command. */
  readonly spec: CommandSpec | undefined;
  readonly keys: readonly number[];
  readonly channels: readonly number[];
  readonly uses: ReadonlyMap<number, PlaceUse>;
  /** Of the first of them: where a client would send the command. */
  readonly slot: Slot | undefined;
}

/** What a command is answered where it belongs. */
export interface Judgement {
  /** Whether it would be carried out. */
  readonly runs: boolean;
  /** The node that was asked. */
  readonly node: string;
  /** The server's refusal, or why nobody can be asked. */
  readonly error: string | undefined;
  /** Where the slot is on its way to, which may answer instead (ASK). */
  readonly movingTo: string | undefined;
}

/** The command as the server knows it, and its keys as the server finds them. */
export async function placesOf({ anyNode }: Stage, words: readonly Buffer[]): Promise<Places> {
  const [name = '', subcommand = ''] = words.slice(0, 2).map((word) => word.toString().toLowerCase());
  const [parent, inner] = await anyNode.connection.run(
    commandInfo([name, isNameable(subcommand) ? `${name}|${subcommand}` : name]),
  );
  const spec = inner ?? parent;
  if (spec === undefined) {
    return { spec, keys: [], channels: [], uses: new Map(), slot: undefined };
  }
  // An error says that the words have no keys, or are no valid command, which the rehearsal will tell.
  const used: readonly UsedKey[] = await anyNode.connection
    .run(commandGetKeysAndFlags(words))
    .catch(() => []);
  const keys = locateKeys(
    spec,
    words,
    used.map(({ key }) => key),
  );
  const channels = locateChannels(spec, words);
  const slotAt = (at: number) => keySlot(words[at] ?? '');
  const uses = new Map<number, PlaceUse>([
    ...keys.map(
      (at, index) => [at, { slot: slotAt(at), kind: 'key', use: used[index]?.flags ?? [] }] as const,
    ),
    ...channels.map((at) => [at, { slot: slotAt(at), kind: 'channel', use: [] }] as const),
  ]);
  const [first] = [...keys, ...channels];
  return { spec, keys, channels, uses, slot: first === undefined ? undefined : slotAt(first) };
}

/** COMMAND INFO takes no name with spaces or bytes for an answer of its own. */
function isNameable(word: string): boolean {
  return /^[\w.-]+$/.test(word);
}

/** Asks the node that a client would send the command to. */
export async function judge(stage: Stage, words: readonly Buffer[], places: Places): Promise<Judgement> {
  const { spec, slot } = places;
  const { sight, scratch } = stage;
  const shard = slot === undefined ? undefined : sight.shardOf(slot);
  const asked = shard?.master ?? stage.anyNode;
  const first = await refusalOf(stage, asked, words);
  const { node } = first;
  const movingTo = (first.error ?? '').startsWith('ASK ')
    ? (nodeIn(stage, first.error ?? '')?.name ?? '?')
    : undefined;
  const verdict = (error: string | undefined): Judgement => ({
    runs: error === undefined,
    node: node.name,
    error,
    movingTo,
  });
  if (shard !== undefined && shard.master === undefined && (first.error ?? '').startsWith('MOVED ')) {
    return verdict(`${shard.name}, which has the slot, does not answer`);
  }
  if (first.error !== undefined && movingTo === undefined) return verdict(first.error);
  if (spec === undefined) return verdict(undefined);
  const refused = knownRefusal(spec.name);
  if (refused !== undefined) return verdict(refused);
  const run = randomUUID();
  const standIn = standInFor(spec, words, places.keys, (of, number) => absentKey(run, of, number));
  if (standIn !== undefined) {
    const error = await scratch.tryOut(node, standIn);
    if (error !== undefined && isTelling(error)) return verdict(error);
  }
  return verdict(await missingScript(stage, spec, words, node));
}

function absentKey(run: string, slot: Slot, number: number): Buffer {
  return Buffer.from(`{${slotTags()[slot] ?? ''}}:rcluster:absent:${run}:${number}`);
}

/** Follows one redirection, for slots may have moved since the cluster was looked at. */
async function refusalOf(
  stage: Stage,
  node: SeenNode,
  words: readonly Buffer[],
): Promise<{ node: SeenNode; error: string | undefined }> {
  const [error] = await stage.scratch.rehearse(node, [words]);
  const next = (error ?? '').startsWith('MOVED ') ? nodeIn(stage, error ?? '') : undefined;
  if (next === undefined) return { node, error };
  const [again] = await stage.scratch.rehearse(next, [words]);
  return { node: next, error: again };
}

/** The node that a redirection names: `MOVED 3999 127.0.0.1:6381`. */
function nodeIn({ sight }: Stage, redirection: string): SeenNode | undefined {
  const port = Number(/:(\d+)$/.exec(redirection)?.[1]);
  return sight.nodes.find((node) => node.port === port);
}

/** A script or function that the node does not have is asked for by a name that none has, for the server's own words. */
async function missingScript(
  { scratch }: Stage,
  { name }: CommandSpec,
  words: readonly Buffer[],
  node: SeenNode,
): Promise<string | undefined> {
  const which = words[1] ?? Buffer.alloc(0);
  const askedAs = (nobody: Buffer) =>
    scratch.tryOut(
      node,
      words.map((word, at) => (at === 1 ? nobody : word)),
    );
  if (/^evalsha(_ro)?$/.test(name)) {
    const isThere = await node.connection.run(scriptExists(which));
    // Of the same length: the server looks at that before anything else.
    return isThere ? undefined : askedAs(Buffer.alloc(which.length, '0'));
  }
  if (/^fcall(_ro)?$/.test(name)) {
    const names = await node.connection.run(functionNames());
    // No library can register a name with a dash.
    // Functions are found whatever the case of their letters (redis/functions.c).
    const wanted = which.toString().toLowerCase();
    return names.some((known) => known.toLowerCase() === wanted)
      ? undefined
      : askedAs(Buffer.from('no-such-function'));
  }
  return undefined;
}
