/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What one item of a leaf's list asks of one scalar of the event. */
export type Test = (value: null | boolean | number | string) => boolean;

export type PatternNode =
  | { readonly kind: 'object'; readonly fields: readonly Field[]; readonly either: readonly Either[] }
  | {
      readonly kind: 'leaf';
      readonly tests: readonly Test[];
      /** `{"exists": false}` is among the items; asked of the whole event. */
      readonly absent: boolean;
      readonly path: readonly string[];
    };

export interface Field {
  readonly name: string;
  readonly node: PatternNode;
}

/** `$or`: one of these must match. */
export type Either = readonly PatternNode[];
