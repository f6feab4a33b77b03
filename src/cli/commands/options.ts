/** Options that belong to the command line itself. */
const UI_OPTIONS = ['cluster', 'config', 'json', 'quiet', 'debug'];

/** The options that the library takes: those that were given, without those of the command line itself. */
export function chosenOptions(
  options: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): Record<string, unknown> {
  const left = Object.entries(options).filter(([name, value]) => {
    return value !== undefined && !UI_OPTIONS.includes(name) && !without.includes(name);
  });
  return Object.fromEntries(left);
}
