import type { Path, Source } from '../definition/source.ts';

/** Reads a file that the definition names, through the caller's function; failures become diagnostics. */
export function readText(
  source: Source,
  file: string,
  place: Path,
  readFile: ((path: string) => string) | undefined,
): string | undefined {
  if (readFile === undefined) {
    source.error(
      'file-unreadable',
      place,
      `${file} can't be read here`,
      'This caller gave no access to files.',
    );
    return undefined;
  }
  let text: unknown;
  try {
    text = readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const help = 'The path is taken relative to the definition.';
    source.error('file-unreadable', place, `${file} can't be read: ${why}`, help);
    return undefined;
  }
  if (typeof text === 'string') return text;
  source.error('file-unreadable', place, `${file} can't be read as text`);
  return undefined;
}
