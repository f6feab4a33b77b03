import type { CommandSpec, KeySpec } from '../../cluster/explain/command-spec.js';
import type { Command, Reply } from '../connection.js';

/** What the server says of these commands; undefined for those that it does not know. */
export const commandInfo = (names: readonly string[]): Command<(CommandSpec | undefined)[]> => ({
  args: ['COMMAND', 'INFO', ...names],
  decode: (reply) => listOf(reply).map(asSpec),
});

/** Names in lower case, subcommands among them: `config|set`. */
export const commandList = (): Command<string[]> => ({
  args: ['COMMAND', 'LIST'],
  decode: (reply) => listOf(reply).map(textOf),
});

const listOf = (reply: Reply | undefined): Reply[] => (Array.isArray(reply) ? reply : []);
const textOf = (reply: Reply | undefined) => (typeof reply === 'string' ? reply : '');
const textsOf = (reply: Reply | undefined) => new Set(listOf(reply).map(textOf));

/** Names and values in turn. */
function fieldsOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const items = listOf(reply);
  return new Map(
    items.flatMap((name, at) => (at % 2 === 0 ? [[textOf(name), items[at + 1] ?? null] as const] : [])),
  );
}

function asSpec(reply: Reply): CommandSpec | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [name, , flags, , , , categories, tips, keySpecs] = reply;
  return {
    name: textOf(name).toLowerCase(),
    flags: textsOf(flags),
    categories: textsOf(categories),
    tips: textsOf(tips),
    keySpecs: listOf(keySpecs).map(asKeySpec),
  };
}

function asKeySpec(reply: Reply): KeySpec {
  const fields = fieldsOf(reply);
  return {
    flags: textsOf(fields.get('flags')),
    begin: beginOf(fieldsOf(fields.get('begin_search'))),
    find: findOf(fieldsOf(fields.get('find_keys'))),
  };
}

function beginOf(search: ReadonlyMap<string, Reply>): KeySpec['begin'] {
  const spec = fieldsOf(search.get('spec'));
  switch (search.get('type')) {
    case 'index':
      return { type: 'index', index: Number(spec.get('index')) };
    case 'keyword':
      return {
        type: 'keyword',
        keyword: textOf(spec.get('keyword')),
        startFrom: Number(spec.get('startfrom')),
      };
    default:
      return { type: 'unknown' };
  }
}

function findOf(search: ReadonlyMap<string, Reply>): KeySpec['find'] {
  const spec = fieldsOf(search.get('spec'));
  const number = (name: string) => Number(spec.get(name) ?? 0);
  switch (search.get('type')) {
    case 'range':
      return {
        type: 'range',
        lastKey: number('lastkey'),
        keyStep: number('keystep'),
        limit: number('limit'),
      };
    case 'keynum':
      return {
        type: 'keynum',
        keyNumIndex: number('keynumidx'),
        firstKey: number('firstkey'),
        keyStep: number('keystep'),
      };
    default:
      return { type: 'unknown' };
  }
}
