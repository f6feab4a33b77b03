import { afterEach, describe, expect, it } from 'vitest';
import { createCluster, down, isRclusterError, status, type ProgressEvent } from '../../src/index.js';
import { firstPortOf } from '../helpers/ports.js';

const NAME = 'lib-a';
const PORT = firstPortOf(import.meta.filename);

afterEach(async () => {
  await down(NAME);
});

describe('the library', () => {
  it('boots a cluster, breaks it, grows it, and takes it down at the end of the scope', async () => {
    const events: ProgressEvent[] = [];
    {
      await using cluster = await createCluster({
        cluster: NAME,
        basePort: PORT,
        emit: (event) => events.push(event),
      });
      expect(cluster.nodes).toHaveLength(6);
      expect(cluster.endpoints[0]).toBe(`127.0.0.1:${PORT}`);

      const client = cluster.client();
      await client.set('user:1', 'hello');
      const { victim, promoted, outageMs, detectMs, electMs, recoverMs, writes } =
        await cluster.kill('key:user:1');
      expect(promoted).not.toBe(victim);
      expect(detectMs! + electMs! + recoverMs!).toBe(outageMs);
      expect(writes!.failed + writes!.acknowledged).toBe(writes!.attempted);
      expect(writes!.lost).toBeLessThanOrEqual(writes!.acknowledged);
      expect(await client.get('user:1')).toBe('hello');

      const back = await cluster.start(victim);
      expect(back.node.role).toBe('replica');
      const grown = await cluster.addMaster({ replicas: 0 });
      expect(grown.added).toEqual(['node-7']);
      expect(cluster.endpoints).toHaveLength(7);
    }
    expect(events.map(({ type }) => type)).toContain('progress');
    await expect(status(NAME)).rejects.toSatisfy((error) => isRclusterError(error, 'CLUSTER_UNKNOWN'));
  });

  it('is interrupted by its signal, and leaves nothing behind', async () => {
    const interruption = new AbortController();
    const booting = createCluster({
      cluster: NAME,
      basePort: PORT,
      signal: interruption.signal,
      emit: (event) => event.type === 'step' && event.text.startsWith('forming') && interruption.abort(),
    });
    await expect(booting).rejects.toSatisfy((error) => isRclusterError(error, 'INTERRUPTED'));
    await expect(status(NAME)).rejects.toSatisfy((error) => isRclusterError(error, 'CLUSTER_UNKNOWN'));
  });
});
