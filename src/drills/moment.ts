/**
 * The clock of the drills: milliseconds since 1970 with fractions, which never jumps while the process lives, and which
 * all its threads share.
 */
export function moment(): number {
  return performance.timeOrigin + performance.now();
}
