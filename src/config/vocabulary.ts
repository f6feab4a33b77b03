/**
 * What a command line can say, as data: the configuration file and the environment can say the same. The command line's own
 * definition is where it comes from, so that an option that is added there is known here.
 */
export interface OptionWord {
  /** As in options: `maxPause`. */
  readonly name: string;
  /** As in the file: `max-pause`. */
  readonly key: string;
  readonly kind: 'flag' | 'value' | 'list';
  readonly choices: readonly string[] | undefined;
  /** A relative one is meant from where the file is. */
  readonly isPath: boolean;
  /** Whether `up` has an option of that name as well. */
  readonly isOfUp: boolean;
  readonly description: string;
  /** Names of options that cannot be given together with it. */
  readonly conflicts: readonly string[];
}

export interface CommandWords {
  /** `['drill', 'run']` */
  readonly path: readonly string[];
  readonly options: readonly OptionWord[];
  /** Keys of options that the command line alone can give. */
  readonly spoken: readonly string[];
}

/**
 * Consent, which is given each time: what a file or a variable says once holds for commands that nobody thought of.
 * Besides these, what a command requires is its subject, and is named on the command line.
 */
export const CONSENTS: ReadonlySet<string> = new Set([
  'yes',
  'force',
  'insecure',
  'takeover',
  'fix',
  'allowDataLoss',
  'allowUnhealthy',
  'iKnowThisIsNotALab',
  // It asks for one.
  'password',
]);

/** How the result looks, whatever the command is. */
export const PRESENTATION: ReadonlySet<string> = new Set(['json', 'quiet', 'debug']);

/** `maxPause` -> `max-pause`. */
export function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `max-pause` -> `maxPause`. */
export function nameOf(key: string): string {
  return key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function commandKey({ path }: Pick<CommandWords, 'path'>): string {
  return path.join(' ');
}
