import { Cluster } from 'ioredis';

/** Keys that a test writes before it changes a cluster, and looks for afterwards: `seed:N` = `vN`. */

const AT_ONCE = 1000;

export async function writeSeeds(port: number, count: number, password?: string): Promise<void> {
  await inBatches(port, count, (client, number) => client.set(`seed:${number}`, `v${number}`), password);
}

/** @returns the numbers of the keys that are not there, or hold another value */
export async function missingSeeds(port: number, count: number): Promise<number[]> {
  const values = await inBatches(port, count, (client, number) => client.get(`seed:${number}`));
  return values.flatMap((value, number) => (value === `v${number}` ? [] : [number]));
}

async function inBatches<Result>(
  port: number,
  count: number,
  work: (client: Cluster, number: number) => Promise<Result>,
  password?: string,
): Promise<Result[]> {
  const client = new Cluster([{ host: '127.0.0.1', port }], { redisOptions: { password } });
  try {
    const results: Result[] = [];
    for (let first = 0; first < count; first += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
      results.push(...(await Promise.all(numbers.map((number) => work(client, number)))));
    }
    return results;
  } finally {
    client.disconnect();
  }
}
