import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../base/index.ts';
import type { DetectConfig, Finding } from '../detect/index.ts';
import { CliError } from './exit.ts';
import { fileReason } from './files.ts';

export interface DetectResult {
  readonly files: number;
  /** Records that some rule looks at; the rest is skipped unparsed. */
  readonly relevant: number;
  readonly findings: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs the rules over files and folders; a file that can't be read whole is reported and the rest goes on. */
export async function detectPaths(paths: readonly string[], config: DetectConfig): Promise<DetectResult> {
  const { createDetector, isRelevant, wantedEvents } = await import('../detect/index.ts');
  const { scanRecords } = await import('../trail/index.ts');
  const wanted = { eventNames: wantedEvents.map((e) => e.eventName), keep: isRelevant };
  const detector = createDetector(config);
  const diagnostics: Diagnostic[] = [];
  let relevant = 0;
  let files = 0;
  for (const path of paths.flatMap(trailFiles)) {
    const read = scanRecords(readBytes(path), path === '-' ? 'standard input' : path, wanted);
    diagnostics.push(...read.diagnostics);
    for (const record of read.records) detector.add(record);
    relevant += read.records.length;
    files++;
  }
  return { files, relevant, findings: detector.finish(), diagnostics };
}

export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${fileReason(error)}`);
  }
}

const looksLikeTrail = (entry: Dirent): boolean =>
  entry.isFile() && /\.(json|jsonl|ndjson)(\.gz)?$/.test(entry.name);

/** The path itself, or every CloudTrail file below it, in name order (which is time order in the S3 layout). */
export function trailFiles(path: string): string[] {
  if (path === '-') return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    const found = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter(looksLikeTrail)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (found.length === 0)
      throw new CliError(`${path}: no CloudTrail files (.json, .json.gz) in this folder`);
    return found;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${path}: ${fileReason(error)}`);
  }
}
