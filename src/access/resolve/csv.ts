/** One record of a CSV file with the places of its fields (offsets into the text). */
export interface CsvRow {
  readonly fields: readonly CsvField[];
}

export interface CsvField {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * RFC 4180: comma-separated, quotes doubled inside quotes, LF or CRLF; a byte order mark, empty lines and lines that
 * begin with `#` are skipped. `unclosed` is the offset of a quote that never ends. Linear in the text.
 */
export function parseCsv(text: string): { readonly rows: readonly CsvRow[]; readonly unclosed?: number } {
  const rows: CsvRow[] = [];
  let fields: CsvField[] = [];
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endRow = () => {
    const comment = fields[0]?.value.trimStart().startsWith('#') && text[fields[0].start] !== '"';
    if (!comment && fields.some((f) => f.value !== '' || fields.length > 1)) rows.push({ fields });
    fields = [];
  };
  while (i < text.length) {
    const start = i;
    if (text[i] === '"') {
      let value = '';
      let from = i + 1;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote === -1) return { rows, unclosed: start };
        value += text.slice(from, quote);
        i = quote + 1;
        if (text[i] !== '"') break;
        value += '"';
        from = i + 1;
      }
      const rest = i;
      while (i < text.length && text[i] !== ',' && text[i] !== '\n') i++;
      fields.push({ value: value + text.slice(rest, i).trim(), start, end: i });
    } else {
      while (i < text.length && text[i] !== ',' && text[i] !== '\n') i++;
      const raw = text.slice(start, i);
      const value = raw.trim();
      const lead = raw.length - raw.trimStart().length;
      fields.push({ value, start: start + lead, end: start + lead + value.length });
    }
    if (i >= text.length || text[i] === '\n') endRow();
    else if (i === text.length - 1) fields.push({ value: '', start: i + 1, end: i + 1 });
    i++;
  }
  if (fields.length > 0) endRow();
  return { rows };
}
