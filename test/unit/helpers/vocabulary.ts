import { buildProgram } from '../../../src/cli/program.js';
import { vocabularyOf } from '../../../src/cli/vocabulary.js';

/** What the command line can say, as it is shipped. */
export const VOCABULARY = vocabularyOf(buildProgram('1.2.3', () => Promise.resolve()));
