import { keyPlaces, type CommandSpec } from './command-spec.js';

/**
 * Where the keys that the server named stand among the words: where its key specifications say, or, for commands whose keys
 * no specification finds (SORT ... STORE), at the first words that read the same. Pure.
 */
export function locateKeys(
  spec: CommandSpec,
  words: readonly Buffer[],
  keys: readonly Buffer[],
): readonly number[] {
  const specified = spec.keySpecs
    .filter(({ flags }) => !flags.has('not_key'))
    .flatMap((keySpec) => keyPlaces(keySpec, words).at);
  const isComplete =
    specified.length === keys.length && specified.every((at, index) => isSame(words[at], keys[index]));
  if (isComplete) return specified;
  const free = new Set(words.keys());
  free.delete(0);
  return keys.flatMap((key) => {
    const at = [...specified, ...free].find((place) => free.has(place) && isSame(words[place], key));
    if (at === undefined) return [];
    free.delete(at);
    return [at];
  });
}

/** Where sharded channels stand, which are hashed as keys are. */
export function locateChannels(spec: CommandSpec, words: readonly Buffer[]): readonly number[] {
  return spec.keySpecs
    .filter(({ flags }) => flags.has('not_key'))
    .flatMap((keySpec) => keyPlaces(keySpec, words).at);
}

function isSame(word: Buffer | undefined, key: Buffer | undefined): boolean {
  return word !== undefined && key !== undefined && word.equals(key);
}
