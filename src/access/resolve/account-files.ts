import { LineIndex, suggest } from '../../base/index.ts';
import type { Path, Source } from '../definition/source.ts';
import { limits } from '../limits.ts';
import { type CsvField, parseCsv } from './csv.ts';
import { readText } from './files.ts';

export interface AccountRow {
  readonly name: string;
  readonly id: string;
  readonly profile?: string | undefined;
  readonly ou?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

type Report = (field: 'name' | 'id' | 'profile', code: string, message: string, help?: string) => void;

/** Reads each CSV file of `accountsFrom` and hands over its rows, with a reporter that points into the file. */
export function readAccountFiles(
  source: Source,
  from: readonly { readonly csv: string }[],
  readFile: ((path: string) => string) | undefined,
  add: (row: AccountRow, report: Report) => void,
): void {
  for (const [i, { csv }] of from.entries()) {
    const place: Path = ['accountsFrom', i, 'csv'];
    const text = readText(source, csv, place, readFile);
    if (text !== undefined) readAccountFile(source, csv, text, add);
  }
}

function readAccountFile(
  source: Source,
  file: string,
  text: string,
  add: (row: AccountRow, report: Report) => void,
): void {
  const lines = new LineIndex(text);
  const error = (code: string, at: { start: number; end: number }, message: string, help?: string) => {
    const span = lines.span(at.start, at.end);
    source.diagnostics.push({ code, severity: 'error', message, file, span, ...(help && { help }) });
  };
  const none = { start: 0, end: 0 };
  if (text.length > limits.fileLength) {
    error('file-too-large', none, 'the file is too long');
    return;
  }
  const { rows, unclosed } = parseCsv(text);
  if (unclosed !== undefined) {
    error('csv-syntax', { start: unclosed, end: unclosed + 1 }, 'this quote is never closed');
    return;
  }
  const [header, ...body] = rows;
  if (header === undefined) {
    error('csv-empty', none, 'the file is empty', 'Begin with a header line: name,id,profile,ou,tag:env');
    return;
  }
  const columns = header.fields.map((f) => f.value);
  for (const [i, field] of header.fields.entries()) {
    const { value } = field;
    if (!known.includes(value) && !/^tag:./.test(value)) {
      const near = suggest(value, known);
      const help = near ? `Did you mean ${near}?` : `Known are ${known.join(', ')} and tag:KEY.`;
      error('csv-column', field, `${JSON.stringify(value)} is no column of accounts`, help);
    } else if (columns.indexOf(value) !== i) {
      error('csv-column', field, `column ${value} is stated twice`);
    }
  }
  for (const required of ['name', 'id']) {
    if (!columns.includes(required)) {
      error(
        'csv-column',
        header.fields[0] ?? none,
        `the header lacks ${required}`,
        'name and id are needed.',
      );
    }
  }
  if (!columns.includes('name') || !columns.includes('id')) return;
  for (const { fields } of body) {
    const last = fields.at(-1) ?? none;
    const whole = { start: fields[0]?.start ?? 0, end: last.end };
    if (fields.length !== columns.length) {
      error('csv-fields', whole, `${fields.length} fields where the header has ${columns.length}`);
      continue;
    }
    const get = (column: string): CsvField | undefined => fields[columns.indexOf(column)];
    const value = (column: string) => get(column)?.value || undefined;
    const tags: Record<string, string> = {};
    for (const [i, column] of columns.entries()) {
      const text = fields[i]?.value ?? '';
      if (column.startsWith('tag:') && column !== 'tag:__proto__' && text !== '')
        tags[column.slice(4)] = text;
    }
    add(
      { name: value('name') ?? '', id: value('id') ?? '', profile: value('profile'), ou: value('ou'), tags },
      (field, code, message, help) => error(code, get(field) ?? whole, message, help),
    );
  }
}

const known = ['name', 'id', 'profile', 'ou'];
