import { expect, test } from 'vitest';
import { nodeSpec, nodeSpecs } from '../../../src/config/types.js';

test('the first node is node-1 at the base port', () => {
  expect(nodeSpec({ basePort: 7100 }, 1)).toEqual({ name: 'node-1', number: 1, port: 7100 });
});

test('up boots a node for every master and every replica, on ports in a row', () => {
  const nodes = nodeSpecs({ basePort: 7000, masters: 3, replicas: 1 });
  expect(nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5', 'node-6']);
  expect(nodes.map(({ port }) => port)).toEqual([7000, 7001, 7002, 7003, 7004, 7005]);
});
