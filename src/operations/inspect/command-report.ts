import { alternativesFor, notesFor, type Alternative } from '../../cluster/explain/advice.js';
import { scopeOf, type Scope } from '../../cluster/explain/scope.js';
import type { Slot } from '../../cluster/slots.js';
import type { Judgement, Places, Stage } from './judge-command.js';

/** A key, or a sharded channel, of a command. */
export interface PlaceReport {
  readonly key: Buffer;
  readonly kind: 'key' | 'channel';
  readonly slot: Slot;
  /** Undefined when nobody owns the slot. */
  readonly master: string | undefined;
  /** What the command does with it, in the server's terms: RO, access, update... */
  readonly use: readonly string[];
}

/** What another node than the right one answers. */
export interface ElsewhereAnswer {
  readonly node: string;
  readonly as: 'another master' | 'replica' | 'replica after READONLY';
  readonly error: string | undefined;
}

export interface CommandReport extends Judgement {
  readonly command: readonly Buffer[];
  /** As the server calls it; undefined when it knows no such command. */
  readonly name: string | undefined;
  readonly scope: Scope | undefined;
  readonly places: readonly PlaceReport[];
  readonly elsewhere: readonly ElsewhereAnswer[];
  readonly notes: readonly string[];
  readonly instead: readonly Alternative[];
}

/** Puts together what is known of a command. */
export function reportOf(
  { sight }: Stage,
  words: readonly Buffer[],
  { spec, keys, channels, uses }: Places,
  judgement: Judgement,
  elsewhere: readonly ElsewhereAnswer[],
): CommandReport {
  const scope = spec === undefined ? undefined : scopeOf(spec, keys.length, channels.length);
  const reports = [...uses].map(([at, { slot, kind, use }]): PlaceReport => ({
    ...{ key: words[at] ?? Buffer.alloc(0), kind, slot, use },
    master: sight.shardOf(slot)?.name,
  }));
  const facts =
    spec === undefined || scope === undefined
      ? undefined
      : { spec, words, keysAt: [...keys, ...channels], scope, error: judgement.error };
  return {
    ...judgement,
    ...{ command: words, name: spec?.name, scope, places: reports, elsewhere },
    notes: facts === undefined ? [] : notesFor(facts),
    instead: facts === undefined ? [] : alternativesFor(facts),
  };
}
