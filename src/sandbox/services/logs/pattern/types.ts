import type { Regex } from './regex.ts';

/** A filter pattern, read. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export type Pattern = Everything | Terms | JsonPattern | FieldsPattern;

export interface Everything {
  readonly kind: 'everything';
}

/** Words and phrases anywhere in the message. */
export interface Terms {
  readonly kind: 'terms';
  readonly required: readonly Term[];
  readonly excluded: readonly Term[];
  /** `?term`: one of them is enough. */
  readonly optional: readonly Term[];
}

export type Term = string | Regex;

/** `{ $.a = 1 && … }` */
export interface JsonPattern {
  readonly kind: 'json';
  readonly expression: Expression<Selector>;
}

/** `[ip, user, ..., bytes > 1000]` */
export interface FieldsPattern {
  readonly kind: 'fields';
  readonly before: readonly Field[];
  /** Behind an ellipsis; undefined: there is none, and the number of fields must be exact. */
  readonly after: readonly Field[] | undefined;
}

export interface Field {
  /** '' when the place has no name. */
  readonly name: string;
  readonly condition: Expression<string> | undefined;
}

export type Expression<S> =
  | { readonly all: readonly Expression<S>[] }
  | { readonly any: readonly Expression<S>[] }
  | Condition<S>;

export interface Condition<S> {
  readonly subject: S;
  readonly test: Test;
}

export type Test =
  | { readonly op: Operator; readonly value: Operand }
  | { readonly op: 'is'; readonly what: 'TRUE' | 'FALSE' | 'NULL' }
  | { readonly op: 'not-exists' };

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=';

export type Operand =
  | { readonly kind: 'regex'; readonly regex: Regex }
  /** `number`: also as a number, when it is written as one and not quoted. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly startOpen: boolean;
      readonly endOpen: boolean;
      readonly number?: number;
    };

/** `$.users[0].email`; `*` stands for each element or member. */
export type Selector = readonly (string | number | typeof EACH)[];
export const EACH: unique symbol = Symbol('each');

/** What is wrong with a pattern. */
export class BadPattern extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadPattern';
  }
}
