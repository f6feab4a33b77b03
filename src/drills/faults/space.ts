import type { HelperScript } from '../../runtimes/runtime.js';

/** What `df -Pk` says of a file system, in KiB. */
export interface Space {
  readonly size: number;
  readonly available: number;
}

/** The largest file system that is filled: more would take a while, and room that others count on. */
export const LARGEST_KB = 1024 * 1024;

const BALLAST = 'rcluster.ballast';

/** Of the folder above, then of the folder itself. */
const LOOK = 'df -Pk .. .';
export const LOOK_SCRIPT: HelperScript = { script: LOOK, args: [] };

const FILL = [
  `dd if=/dev/zero of=${BALLAST} bs=64k count="$1" 2>/dev/null`,
  `dd if=/dev/zero of=${BALLAST}.rest bs=1k count=1024 2>/dev/null`,
  LOOK,
].join('\n');

/**
 * Zeros until there is no room for another KiB; never more than the file system was said to hold. dd ends with an error
 * when it is full, which is what is wanted; what counts is what df says then.
 */
export function fillScript({ size }: Space): HelperScript {
  const blocks = Math.ceil(size / 64) + 1;
  return { script: FILL, args: [String(blocks)] };
}

export const EMPTY_SCRIPT: HelperScript = { script: `rm -f ${BALLAST} ${BALLAST}.rest`, args: [] };
/** Prints the ballast's name where it is. */
export const FIND_SCRIPT: HelperScript = { script: `ls ${BALLAST} 2>/dev/null || true`, args: [] };

/** What {@link LOOK_SCRIPT} printed, in its order. */
export function spacesIn(output: string): Space[] {
  return output.split('\n').flatMap((line) => {
    const [, size, available] = /\s(\d+)\s+\d+\s+(\d+)\s+\d+%\s/.exec(line) ?? [];
    return size === undefined ? [] : [{ size: Number(size), available: Number(available) }];
  });
}

/** Why the file system of the data must not be filled; undefined when it is small and nobody else's. */
export function whyNotToFill(output: string): string | undefined {
  const [outside, inside] = spacesIn(output);
  if (outside === undefined || inside === undefined) return 'df does not say how much room there is';
  if (outside.size === inside.size && outside.available === inside.available)
    return 'its data is on a file system that it shares with others, and they would run out of space as well';
  if (inside.size > LARGEST_KB)
    return `its data is on a file system of ${Math.round(inside.size / 1024)} MB, and only one of ${LARGEST_KB / 1024} MB or less is filled`;
  return undefined;
}
