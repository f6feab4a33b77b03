/** What a server says of one of its commands: https://redis.io/docs/latest/commands/command/ */
export interface CommandSpec {
  /** In lower case, with its subcommand: `get`, `config|set`. */
  readonly name: string;
  readonly flags: ReadonlySet<string>;
  /** ACL categories, such as `@connection`. */
  readonly categories: ReadonlySet<string>;
  /** Hints to clients, such as `request_policy:all_shards`. */
  readonly tips: ReadonlySet<string>;
  readonly keySpecs: readonly KeySpec[];
}

/** Where keys stand among a command's words. https://redis.io/docs/latest/develop/reference/key-specs/ */
export interface KeySpec {
  /** `not_key`: it is hashed as a key is, but names a channel. */
  readonly flags: ReadonlySet<string>;
  readonly begin:
    | { readonly type: 'index'; readonly index: number }
    | { readonly type: 'keyword'; readonly keyword: string; readonly startFrom: number }
    | { readonly type: 'unknown' };
  readonly find:
    | {
        readonly type: 'range';
        /** Relative to the first key; negative: from the last word. */
        readonly lastKey: number;
        readonly keyStep: number;
        /** With a negative last key: keys end where this part of the words is over. */
        readonly limit: number;
      }
    | {
        readonly type: 'keynum';
        readonly keyNumIndex: number;
        readonly firstKey: number;
        readonly keyStep: number;
      }
    | { readonly type: 'unknown' };
}

/** How far apart keys stand, for commands whose keys each bring words of their own: 2 for MSET. */
export interface KeyPlaces {
  readonly at: readonly number[];
  readonly step: number;
}

/** Where the words stand that this specification tells of. None where it does not say, or the words do not fit. Pure. */
export function keyPlaces(spec: KeySpec, words: readonly Buffer[]): KeyPlaces {
  const none = { at: [], step: 1 };
  const first = beginOf(spec, words);
  if (first === undefined || first >= words.length) return none;
  const { find } = spec;
  if (find.type === 'unknown') return none;
  if (find.type === 'keynum') {
    const count = Number(words[first + find.keyNumIndex]?.toString());
    if (!Number.isInteger(count) || count < 0) return none;
    const last = first + find.firstKey + (count - 1) * find.keyStep;
    return {
      at: everyStep(first + find.firstKey, Math.min(last, words.length - 1), find.keyStep),
      step: find.keyStep,
    };
  }
  const lastWord = words.length - 1;
  const parted = find.limit > 1 ? first + Math.floor((words.length - first) / find.limit) - 1 : undefined;
  const last = find.lastKey >= 0 ? first + find.lastKey : (parted ?? lastWord + find.lastKey + 1);
  return { at: everyStep(first, Math.min(last, lastWord), find.keyStep), step: find.keyStep };
}

function beginOf({ begin }: KeySpec, words: readonly Buffer[]): number | undefined {
  switch (begin.type) {
    case 'index':
      return begin.index;
    case 'keyword': {
      const isKeyword = (word: Buffer | undefined) =>
        word?.toString().toLowerCase() === begin.keyword.toLowerCase();
      const [from, step] = begin.startFrom >= 0 ? [begin.startFrom, 1] : [words.length + begin.startFrom, -1];
      for (let at = from; at > 0 && at < words.length; at += step) if (isKeyword(words[at])) return at + 1;
      return undefined;
    }
    case 'unknown':
      return undefined;
  }
}

function everyStep(first: number, last: number, step: number): number[] {
  const places: number[] = [];
  for (let at = first; at <= last; at += Math.max(1, step)) places.push(at);
  return places;
}
