import type { NodeId } from '../../cluster/topology.js';
import type { NodeConnection } from '../../redis/connection.js';

/** A node that is looked at, whoever made it. */
export interface Subject {
  /** `node-1`, or `HOST:PORT` of a node that rcluster did not make. */
  readonly name: string;
  readonly port: number;
  /** `running`, `exited`, ...; `silent` when nobody but the node could tell, and it does not answer. */
  readonly state: string;
  /** Where it is known before the node is asked. */
  readonly id?: NodeId;
  /** Undefined when it does not answer. */
  readonly connection: NodeConnection | undefined;
}
