import type { Diagnostic } from '../../base/index.ts';
import type { Suppression } from '../../policy/index.ts';

/** A finding, with the statements that a suppression may name it by. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  readonly statement?: { readonly index: number; readonly sid?: string };
}

/** What checking one file gave. */
export interface Checked {
  readonly file: string;
  readonly findings: readonly Finding[];
  /** Texts that findings point into, by file. */
  readonly sources: ReadonlyMap<string, string>;
  /** Not even a definition or a policy: bad input (2), where a finding is 1. */
  readonly unreadable: boolean;
}

/** A finding that somebody keeps, and why. */
export interface Kept {
  readonly diagnostic: Diagnostic;
  readonly suppression: Suppression;
}
