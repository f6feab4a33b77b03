import { describe, expect, test } from 'vitest';
import { requireNeighbours } from '../../../src/runtimes/neighbour-table.js';
import { thrownBy } from '../helpers/errors.js';

describe('requireNeighbours', () => {
  test.each([
    [[6], 1024],
    [[31], 1024],
    [[31], 992],
    [[60], Infinity],
    [[], 0],
    [[1, 1], 4],
  ])('clusters of %j nodes fit into %d', (sizes, limit) => {
    expect(() => requireNeighbours(sizes, limit)).not.toThrow();
  });

  test.each([
    [[32], 1024],
    [[31], 991],
    [[23, 23], 1024],
  ])('clusters of %j nodes do not fit into %d', (sizes, limit) => {
    expect(thrownBy(() => requireNeighbours(sizes, limit)).code).toBe('NEIGHBOUR_TABLE');
  });

  test('says how many entries are needed, and what to set so that they fit', () => {
    const { message, hint } = thrownBy(() => requireNeighbours([60], 1024));
    expect(message).toContain('60 nodes need 3660 entries');
    expect(message).toContain('which holds 1024');
    expect(hint).toBe('sysctl -w net.ipv4.neigh.default.gc_thresh3=8192');
    expect(() => requireNeighbours([60], 8192)).not.toThrow();
  });
});
