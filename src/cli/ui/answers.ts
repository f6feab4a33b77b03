import chalk from 'chalk';
import type { CallResult, NodeAnswer } from '../../operations/inspect/call.js';
import { textTable } from '../../reports/text-table.js';
import { replyText } from './reply.js';
import { STYLE } from './text-style.js';
import { unseenLines } from './unseen.js';

/** `call`: a table where every answer is a line, else a paragraph for each node. */
export function callText({ answers, unseen }: CallResult): string {
  const texts = answers.map((answer) => answerText(answer).trimEnd());
  const isTable = texts.every((text) => !text.includes('\n'));
  const lines = isTable
    ? textTable(
        ['NODE', 'ENDPOINT', 'ROLE', 'ANSWER'],
        answers.map(({ node, endpoint, role }, at) => [node, endpoint, role, texts[at] ?? '']),
        STYLE,
      )
    : answers.flatMap(({ node, endpoint, role }, at) => [
        ...(at === 0 ? [] : ['']),
        chalk.bold(`${node}  ${endpoint}  ${role}`),
        texts[at] ?? '',
      ]);
  return [...lines, ...unseenLines(unseen)].join('\n');
}

function answerText({ reply, error }: NodeAnswer): string {
  return error === undefined ? replyText(reply) : chalk.red(`(error) ${replyText(error)}`);
}
