import { infoSections } from '../../redis/commands/index.js';
import { askEach } from './ask-each.js';
import { look, type UnseenNode } from './sight.js';

/** One field of INFO, and what each node says of it. */
export interface InfoField {
  readonly name: string;
  /** By the node's name; a node that has no such field is left out. */
  readonly values: Readonly<Record<string, string>>;
}

export interface InfoResult {
  readonly cluster: string;
  readonly nodes: readonly string[];
  readonly sections: readonly { readonly name: string; readonly fields: readonly InfoField[] }[];
  readonly unseen: readonly UnseenNode[];
}

/** INFO of every node, field by field. @throws CLUSTER_UNKNOWN, REDIS_ERROR */
export async function serverInfo(cluster: string, sections: readonly string[] = []): Promise<InfoResult> {
  return look(cluster, async (sight) => {
    const { answers, unseen } = await askEach(sight, ({ connection }) =>
      connection.run(infoSections(sections)),
    );
    const merged = new Map<string, Map<string, Record<string, string>>>();
    for (const { node, answer } of answers) {
      for (const { name, fields } of answer) {
        const known = merged.get(name) ?? new Map<string, Record<string, string>>();
        merged.set(name, known);
        for (const [field, value] of fields) {
          known.set(field, { ...known.get(field), [node.name]: value });
        }
      }
    }
    return {
      cluster,
      nodes: answers.map(({ node }) => node.name),
      sections: [...merged].map(([name, fields]) => ({
        name,
        fields: [...fields].map(([field, values]) => ({ name: field, values })),
      })),
      unseen,
    };
  });
}
