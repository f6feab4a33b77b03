/**
 * Fires as well when nobody reads our output any more: what goes on for as long as somebody does (`logs -f | grep -m1`) would
 * otherwise go on for ever.
 */
export function whileRead(signal: AbortSignal): AbortSignal {
  const gone = new AbortController();
  process.stdout.once('close', () => gone.abort());
  return AbortSignal.any([signal, gone.signal]);
}
