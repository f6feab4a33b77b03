/** Forms of commands as the server's own COMMAND DOCS describes them: words to send, for any command that it lists. */

interface Argument {
  readonly name: string;
  readonly type: string;
  readonly token: string | undefined;
  readonly flags: readonly string[];
  readonly arguments: readonly Argument[];
}

export type Docs = ReadonlyMap<string, readonly Argument[]>;

type Reply = string | number | null | readonly Reply[];

const listOf = (reply: Reply | undefined): readonly Reply[] =>
  Array.isArray(reply) ? (reply as Reply[]) : [];

function fieldsOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const items = listOf(reply);
  return new Map(items.flatMap((name, at) => (at % 2 === 0 ? [[String(name), items[at + 1] ?? null]] : [])));
}

function argumentsOf(reply: Reply | undefined): Argument[] {
  return listOf(reply).map((item) => {
    const fields = fieldsOf(item);
    const token = fields.get('token');
    return {
      name: String(fields.get('name')),
      type: String(fields.get('type')),
      token: typeof token === 'string' ? token : undefined,
      flags: listOf(fields.get('flags')).map(String),
      arguments: argumentsOf(fields.get('arguments')),
    };
  });
}

/** The arguments of every command and subcommand, from the reply of COMMAND DOCS. */
export function readDocs(reply: Reply): Docs {
  const docs = new Map<string, readonly Argument[]>();
  const read = (commands: Reply | undefined) => {
    for (const [name, value] of fieldsOf(commands)) {
      const fields = fieldsOf(value);
      docs.set(name, argumentsOf(fields.get('arguments')));
      read(fields.get('subcommands'));
    }
  };
  read(reply);
  return docs;
}

/** How an argument's value looks. */
const VALUES: Readonly<Record<string, (name: string) => string>> = {
  integer: (name) => (name === 'timeout' ? '1' : '2'),
  double: (name) => (name === 'timeout' ? '0.01' : '1.5'),
  'unix-time': () => '33177117420',
  pattern: () => '*',
};

/**
 * @param keyOf the name of the n-th key
 * @param withOptional with everything that may be left out as well
 */
export function formOf(
  name: string,
  args: readonly Argument[],
  keyOf: (number: number) => string,
  withOptional = false,
): string[] {
  let keys = 0;
  const wordsOf = (argument: Argument): string[] => {
    if (argument.flags.includes('optional') && !withOptional) return [];
    const token = argument.token === undefined ? [] : [argument.token === '' ? '""' : argument.token];
    const times = argument.flags.includes('multiple') ? 2 : 1;
    return [...token, ...Array.from({ length: times }, () => valueOf(argument)).flat()];
  };
  const valueOf = (argument: Argument): string[] => {
    switch (argument.type) {
      case 'key':
        return [keyOf((keys += 1))];
      case 'pure-token':
        return [];
      case 'oneof':
        return argument.arguments.slice(0, 1).flatMap(wordsOf);
      case 'block':
        return argument.arguments.flatMap(wordsOf);
      default:
        return [VALUES[argument.type]?.(argument.name) ?? argument.name.replaceAll(' ', '-')];
    }
  };
  return [...name.toUpperCase().split('|'), ...args.flatMap(wordsOf)];
}

export function countKeys(args: readonly Argument[]): number {
  return formOf('x', args, () => '<key>').filter((word) => word === '<key>').length;
}
