import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Diagnostic } from '../../base/index.ts';
import type { RequestContext } from '../../engine/index.ts';
import { CliError, exit } from '../exit.ts';
import { fileReason } from '../files.ts';
import { plural, renderDiagnostic, say } from '../output.ts';
import type { Asker, Question } from './ask.ts';
import { layered } from './context.ts';
import { decided, row } from './render.ts';
import { linesOf, parseRequestLine, type RequestLine } from './request-lines.ts';
import { printable } from './words.ts';

export interface BatchOptions {
  /** `-` is standard input. */
  readonly file: string;
  /** The caller of lines that name none. */
  readonly principal: string | undefined;
  /** Keys of every request; a line's own win. */
  readonly context: RequestContext;
  /** What lines expect that say nothing. */
  readonly expect: 'allow' | 'deny' | undefined;
  readonly json: boolean;
}

interface Counts {
  allow: number;
  deny: number;
  unexpected: number;
  bad: number;
}

/** Answers a file of requests line by line, in order; a bad line is told and the rest goes on. */
export async function askAll(asker: Asker, options: BatchOptions): Promise<number> {
  const counts: Counts = { allow: 0, deny: 0, unexpected: 0, bad: 0 };
  const name = options.file === '-' ? '<stdin>' : options.file;
  let line = 0;
  for await (const text of linesOf(textOf(options.file))) {
    line++;
    if (text.trim() === '') continue;
    const said = answer(asker, options, text, name, line, counts);
    if (!process.stdout.write(`${said}\n`)) await once(process.stdout, 'drain');
  }
  const asked = counts.allow + counts.deny;
  say(
    [
      `${plural(asked, 'request')}: ${counts.allow} allowed, ${counts.deny} denied`,
      ...(counts.unexpected > 0 ? [`${counts.unexpected} not as expected`] : []),
      ...(counts.bad > 0 ? [plural(counts.bad, 'bad line')] : []),
    ].join(', '),
  );
  if (asked + counts.bad === 0) throw new CliError(`${name} holds no requests`);
  return counts.bad > 0 ? exit.usage : counts.unexpected > 0 ? exit.findings : exit.good;
}

function answer(
  asker: Asker,
  options: BatchOptions,
  text: string,
  name: string,
  line: number,
  counts: Counts,
): string {
  const read = parseRequestLine(text, name, line);
  if ('code' in read) return bad(read, options, line, counts);
  try {
    const question = questionOf(read, options);
    const answer = asker.decide(question);
    const wanted = read.expect ?? options.expect;
    const expected = wanted === undefined ? undefined : wanted === answer.decision;
    counts[answer.decision]++;
    if (expected === false) counts.unexpected++;
    return options.json
      ? JSON.stringify(decided(line, question, answer, expected !== false))
      : row(`${name}:${line}`, question, answer, expected);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const at = { offset: 0, line, column: 1 };
    const diagnostic: Diagnostic = {
      code: 'bad-request',
      severity: 'error',
      message: error.message,
      file: name,
      span: { start: at, end: at },
      ...(error.help !== undefined && { help: error.help }),
    };
    return bad(diagnostic, options, line, counts);
  }
}

function bad(diagnostic: Diagnostic, options: BatchOptions, line: number, counts: Counts): string {
  counts.bad++;
  if (options.json) return JSON.stringify({ line, ok: false, error: diagnostic });
  return renderDiagnostic({ ...diagnostic, message: printable(diagnostic.message) });
}

function questionOf(line: RequestLine, options: BatchOptions): Question {
  const { action, resource, resourceAccount } = line;
  const principal = line.principal ?? options.principal;
  if (principal === undefined) {
    throw new CliError(
      'who asks? the line has no principal',
      exit.usage,
      'add "principal", or name --principal',
    );
  }
  return {
    principal,
    action,
    resource,
    ...(resourceAccount !== undefined && { resourceAccount }),
    context: layered(options.context, line.context),
  };
}

async function* textOf(file: string): AsyncGenerator<string> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream) yield String(chunk);
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${fileReason(error)}`);
  }
}
