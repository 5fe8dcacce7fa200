import type { AwsError } from '../../types.ts';

/** One documented constraint. `min` and `max` are lengths of text and lists, values of numbers; both inclusive. */
export interface Rule {
  readonly min?: number;
  readonly max?: number;
  /** Java's syntax as AWS prints it, where JavaScript reads it alike; matches the whole value. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/** A violation: what it is in words, and the kind of constraint. */
export interface Violation {
  readonly kind: 'required' | 'min' | 'max' | 'min-length' | 'max-length' | 'pattern' | 'enum';
  readonly text: string;
}

/** `Name[]` is the rule of a list's items. What is required comes from the SDK's schemas, not from here. */
export interface ServiceConstraints {
  /** By member name, in the input of any operation. */
  readonly members?: Readonly<Record<string, Rule>>;
  /** By operation and member: instead of `members`. */
  readonly operations?: Readonly<Record<string, Readonly<Record<string, Rule>>>>;
  /** By structure and member. */
  readonly structures?: Readonly<Record<string, Readonly<Record<string, Rule>>>>;
  /** Services that answer violations with an error of their own; the others with ValidationError and all texts. */
  readonly refusal?: (violations: readonly Violation[]) => AwsError;
}
