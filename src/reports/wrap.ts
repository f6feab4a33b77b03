import { PLAIN } from './text-style.js';

/** A mark, and beside it the text in as many lines as it needs. */
export function marked(mark: string, text: string, columns: number, paint = PLAIN.dim): string[] {
  const indent = ' '.repeat(mark.length + 1);
  return wrap(text, columns - indent.length).map((line, index) =>
    paint(`${index === 0 ? `${mark} ` : indent}${line}`),
  );
}

/** Breaks between words. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
