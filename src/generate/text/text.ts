/** Text for a Markdown table cell or running text: no user text can end a cell, open HTML or start a link. */
export const md = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/([\\`*_[\]<>|#~])/g, '\\$1')
    .replaceAll('&', '&amp;')
    .trim();

/** Inline code; the fence grows with the text's own backticks, pipes are escaped for tables. */
export function code(text: string): string {
  const clean = text.replace(/[\s\p{Cc}]+/gu, ' ');
  // GFM has no way to write a backslash before a pipe inside a code span of a table.
  if (clean.includes('|') && clean.includes('\\'))
    return `<code>${clean.replace(/[^A-Za-z0-9 .:/-]/gu, (c) => `&#${c.codePointAt(0)};`)}</code>`;
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = clean.startsWith('`') || clean.endsWith('`') || clean === '' ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`.replaceAll('|', '\\|');
}

/** Rows of cells that are Markdown already (use `md` and `code` for user text). */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One shell word; bare when nothing in it needs quotes. */
export const shell = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** RFC 4180. Values stay what they are (an ExternalId may begin with `=`): the file is for programs first. */
export const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** `security-audit_role` and `SecurityAuditRole` → `security_audit_role`: an identifier for Terraform. */
export function snake(text: string): string {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return /^[a-z]/.test(words) ? words : `x_${words}`;
}

/** `security-audit role` → `SecurityAuditRole`: an identifier for CloudFormation (alphanumeric only). */
export function pascal(text: string): string {
  const words = text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z]/.test(words) ? words : `X${words}`;
}

/** Gives every item a distinct name: the wanted one, or with a number behind it. Compared without case. */
export function uniqueNames(wanted: readonly string[], separator = '_'): string[] {
  const taken = new Set<string>();
  return wanted.map((name) => {
    let candidate = name;
    for (let n = 2; taken.has(candidate.toLowerCase()); n++) candidate = `${name}${separator}${n}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
