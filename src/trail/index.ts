export { canonicalRecord, writeLogFile } from './canonical.ts';
export * from './facts.ts';
export { type LogFileKey, logFileKey, parseLogFileKey } from './key.ts';
export { type ReadOptions, type ReadResult, readRecords } from './read.ts';
export { scanRecords, type Wanted } from './scan.ts';
export type * from './types.ts';
