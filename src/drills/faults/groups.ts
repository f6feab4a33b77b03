import { RclusterError } from '../../base/errors.js';
import { list } from '../../base/format.js';
import type { NodeName } from '../../config/types.js';
import type { StatusReport } from '../../operations/observe.js';
import type { Random } from './random.js';
import { pickTargets } from './target.js';

/**
 * The groups of a partition: `7000,7003/rest`. A group is a list of targets, `rest` is all nodes that no other group has.
 * Nodes that are in no group go on reaching everybody. Pure.
 *
 * @throws CONFIG_INVALID, NODE_UNKNOWN, NODE_AMBIGUOUS
 */
export function parseGroups(text: string, status: Pick<StatusReport, 'nodes'>, random: Random): NodeName[][] {
  const groups = text.split('/').map((group) => group.split(',').map((member) => member.trim()));
  const problem = (what: string) =>
    new RclusterError('CONFIG_INVALID', `"${text}" does not part the nodes: ${what}`, {
      hint: 'groups read NODE,NODE/NODE or NODE,NODE/rest',
    });
  if (groups.length < 2) throw problem('there is one group alone');
  if (groups.flat().includes('')) throw problem('a group, or a place in one, is empty');
  const isRest = (group: readonly string[]) => group.includes('rest');
  if (groups.filter(isRest).length > 1) throw problem('rest can be one group alone');
  if (groups.some((group) => isRest(group) && group.length > 1)) throw problem('rest is a group by itself');

  const named = groups.map((group) =>
    isRest(group) ? [] : [...new Set(group.flatMap((member) => pickTargets(member, status, random)))],
  );
  const members = named.flat();
  const twice = members.filter((name, index) => members.indexOf(name) !== index);
  if (twice.length > 0) throw problem(`${list([...new Set(twice)])} cannot be in two groups`);
  const rest = status.nodes.map(({ name }) => name).filter((name) => !members.includes(name));
  if (groups.some(isRest) && rest.length === 0) throw problem('nobody is left for rest');
  return groups.map((group, index) => (isRest(group) ? rest : (named[index] ?? [])));
}
