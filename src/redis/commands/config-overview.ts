import type { Command } from '../connection.js';
import { asTexts } from '../reply.js';

/** Parameters whose values nobody else may see. */
const SECRETS: ReadonlySet<string> = new Set([
  'requirepass',
  'masterauth',
  'primaryauth',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
]);

/** What stands for a secret that is set. */
const HIDDEN = '(set)';

/** All parameters by name; of secrets only whether they are set. */
export const configOverview = (): Command<ReadonlyMap<string, string>> => ({
  args: ['CONFIG', 'GET', '*'],
  decode: (reply) => {
    const words = asTexts(reply);
    const parameters = new Map<string, string>();
    for (let at = 0; at + 1 < words.length; at += 2) {
      const [name = '', value = ''] = words.slice(at, at + 2);
      parameters.set(name, SECRETS.has(name) && value !== '' ? HIDDEN : value);
    }
    return parameters;
  },
});
