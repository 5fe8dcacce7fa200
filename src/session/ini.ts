// ~/.aws/config as bytes with one block of ours. Text is handled as latin1, so that every byte outside survives.

/** Where our block is; `broken` when its two lines don't pair. */
export type Block = { readonly start: number; readonly end: number } | 'none' | 'broken';

const beginLine = (name: string) => `# BEGIN crossaccount ${name}`;
const endLine = (name: string) => `# END crossaccount ${name}`;

export function findBlock(text: string, name: string): Block {
  const begins = linesThatBegin(text, beginLine(name));
  const ends = linesThatBegin(text, endLine(name));
  if (begins.length === 0 && ends.length === 0) return 'none';
  const [begin, end] = [begins[0], ends[0]];
  if (begins.length !== 1 || ends.length !== 1 || begin === undefined || end === undefined) return 'broken';
  return begin.start < end.start ? { start: begin.start, end: end.end } : 'broken';
}

/** Puts the block where it was, else at the end; `lines` without line ends. No lines: removes it. */
export function replaceBlock(text: string, name: string, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block =
    lines.length === 0
      ? ''
      : [
          `${beginLine(name)} (made by crossaccount; what is written between these two lines is lost)`,
          ...lines,
          endLine(name),
        ]
          .map((line) => line + eol)
          .join('');
  const found = findBlock(text, name);
  if (found === 'broken') throw new Error('the block is broken');
  if (found !== 'none') return text.slice(0, found.start) + block + text.slice(found.end);
  if (block === '') return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${block}`;
}

/** Names of the profiles that a shared file defines; `[x]` counts too in the credentials file. */
export function profileNames(text: string, file: 'config' | 'credentials'): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const section = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (section === undefined) return [];
    if (file === 'credentials' || section === 'default') return [section];
    const name = /^profile\s+(["']?)(.*)\1$/.exec(section)?.[2];
    return name === undefined ? [] : [name];
  });
}

function linesThatBegin(text: string, prefix: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline + 1;
    const line = text.slice(start, end).trimEnd();
    // `# BEGIN crossaccount prod` must not be found in `# BEGIN crossaccount prod-eu`.
    if (line === prefix || line.startsWith(`${prefix} `)) found.push({ start, end });
    start = end;
  }
  return found;
}
