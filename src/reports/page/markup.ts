/** Text that is HTML already; all else is escaped where it is put in. */
export class Markup {
  constructor(readonly source: string) {}
}

export type Content = Markup | string | number | null | readonly Content[];

/** Puts values into HTML, also between quotes. Null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = strings.map((text, index) => text + sourceOf(values[index] ?? null));
  return new Markup(parts.join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function sourceOf(value: Content): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map(sourceOf).join('');
  return String(value).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** JSON that can stand in a script element: nothing in it ends the element, or a line of JavaScript. */
export function jsonFor(data: unknown): Markup {
  const escape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return new Markup(JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, escape));
}
