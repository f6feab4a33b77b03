import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { all } from '../base/concurrency.js';
import type { NodeAddress } from '../redis/connection.js';

/** An interface of this machine that leads to nodes on others, at a speed of its own. */
export interface Wire {
  readonly name: string;
  /** In each direction. */
  readonly bytesPerSecond: number;
}

export interface WireCounts {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Where Linux tells of its interfaces (Documentation/ABI/testing/sysfs-class-net). */
const SYSFS = '/sys/class/net';
/** `speed` is in Mbit/s. */
const BYTES_PER_MEGABIT = 1_000_000 / 8;
/** Any will do: nothing is sent. */
const SOME_PORT = 9;

/**
 * The wires to the nodes. Loopback, bridges and virtual interfaces tell no speed: what they carry costs processor time alone.
 * None where the kernel tells nothing, as on macOS.
 */
export async function wiresTo(nodes: readonly NodeAddress[], sysfs = SYSFS): Promise<Wire[]> {
  const hosts = [...new Set(nodes.map(({ host }) => host))];
  const names = [...new Set((await all(hosts, interfaceTo)).flat())];
  const wires = await all(names, async (name) => {
    const megabits = await numberIn(join(sysfs, name, 'speed'));
    return megabits > 0 ? [{ name, bytesPerSecond: megabits * BYTES_PER_MEGABIT }] : [];
  });
  return wires.flat();
}

/** @returns what has gone over it since it is up */
export async function wireCounts({ name }: Pick<Wire, 'name'>, sysfs = SYSFS): Promise<WireCounts> {
  const [sentBytes, receivedBytes] = await Promise.all([
    numberIn(join(sysfs, name, 'statistics', 'tx_bytes')),
    numberIn(join(sysfs, name, 'statistics', 'rx_bytes')),
  ]);
  return { sentBytes, receivedBytes };
}

/** Asks the kernel for its route: a UDP socket that is connected has the address of the interface that it would send by. */
async function interfaceTo(host: string): Promise<string[]> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    socket.connect(SOME_PORT, host);
    await once(socket, 'connect');
    const { address } = socket.address();
    return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      addresses?.some((own) => own.address === address) === true ? [name] : [],
    );
  } catch {
    return [];
  } finally {
    socket.close();
  }
}

/** @returns 0 when there is none */
async function numberIn(file: string): Promise<number> {
  try {
    return Number((await readFile(file, 'utf8')).trim());
  } catch {
    return 0;
  }
}
