import pLimit from 'p-limit';
import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { nodeAddress } from '../../config/subnets.js';
import type { ClusterSpec, NodeSpec } from '../../config/types.js';
import type { NodeSetup, Server } from '../runtime.js';
import { withCarrier, writeFiles } from './carrier.js';
import { requireContainer } from './containers.js';
import { engineError, statusOf, type Engine } from './engine.js';
import { imageFacts, type ImageFacts } from './images.js';
import { findNetwork, subnetOf } from './networks.js';
import { containerOptions } from './translate.js';
import { readPasswd, serverUser } from './users.js';
import { giveData, nodesWithoutContainer } from './volumes.js';

/** What has to be known of a network and an image. */
type Facts = ImageFacts & { readonly subnet: string };

/** Makes nodes: their volumes with the files in them, and containers that are yet to be started. */
export class NodeMaker {
  readonly #engine: Engine;
  /** By cluster and image, asked for once. */
  readonly #facts = new Map<string, Promise<Facts>>();
  /** One carrier at a time: each call takes any other carrier of the cluster for a leftover. */
  readonly #inTurn = pLimit(1);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Nodes that are there already get their files anew.
   *
   * @returns the address of each, in the order given
   * @throws ENGINE_ERROR, also when another's container goes by the name of a node
   */
  async make(spec: ClusterSpec, server: Server, setups: readonly NodeSetup[]): Promise<string[]> {
    return this.#inTurn(async () => {
      const { reference } = server;
      const nodes = setups.map(({ node }) => node);
      const [{ subnet, command, user: imageUser }, kept] = await Promise.all([
        this.#factsOf(spec, server),
        nodesWithoutContainer(this.#engine, spec, nodes),
      ]);
      return withCarrier(this.#engine, spec, reference, nodes, async (carrier) => {
        const user = serverUser(imageUser, await readPasswd(carrier), command.replace(/-server$/, ''));
        const create = async (node: NodeSpec): Promise<string> => {
          const address = nodeAddress(subnet, node.number);
          const options = containerOptions(spec, node, { reference, command }, user, address);
          try {
            await this.#engine.docker.createContainer(options);
          } catch (error) {
            if (statusOf(error) !== 409) throw engineError(`creating ${node.name}`, error);
            await requireContainer(this.#engine, spec.name, node.name);
          }
          return address;
        };
        const [addresses] = await all(
          [() => all(nodes, create), () => writeFiles(carrier, setups, user).then(() => [])],
          (step) => step(),
        );
        await giveData(this.#engine, spec, reference, kept, user);
        return addresses ?? [];
      });
    });
  }

  /** What was known of a cluster that is gone. */
  forget(cluster: string): void {
    for (const key of this.#facts.keys()) if (key.startsWith(factsKey(cluster, ''))) this.#facts.delete(key);
  }

  async #factsOf(spec: ClusterSpec, server: Server): Promise<Facts> {
    const key = factsKey(spec.name, server.reference);
    const known = this.#facts.get(key);
    if (known !== undefined) return known;
    const facts = (async () => {
      const [network, image] = await Promise.all([
        findNetwork(this.#engine, spec.name),
        imageFacts(this.#engine, server.reference),
      ]);
      if (network === undefined) throw new RclusterError('ENGINE_ERROR', `network ${spec.name} is gone`);
      return { subnet: subnetOf(network), ...image };
    })();
    this.#facts.set(key, facts);
    // What failed is asked again.
    facts.catch(() => this.#facts.delete(key));
    return facts;
  }
}

const factsKey = (cluster: string, image: string) => `${cluster} ${image}`;
