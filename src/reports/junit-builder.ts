import packaged from 'junit-report-builder';
import type { Builder } from 'junit-report-builder';
import { printable } from '../base/format.js';

/** Its types speak of a default export; what it exports is the builder itself. */
export const builder = packaged as unknown as Builder;

/**
 * The package's `]]>` splits the first of several alone, so that a second one would end the section. It throws at half a
 * character, and at the two that no XML can have.
 */
export function harmless(text: string): string {
  return printable(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll(']]>', ']] >');
}
