import type { Authorization, Call, Operation, TrailFacts } from '../types.ts';

/**
 * A request shape of the SDK as handlers see it: required members (whose key isn't optional) are present, because the
 * wire layer refuses a call without them.
 */
export type Input<T> = { [K in keyof T]: undefined extends T[K] ? Relax<T, K> : T[K] };
type Relax<T, K extends keyof T> = object extends Pick<T, K> ? T[K] : Exclude<T[K], undefined>;

export interface OperationSpec<I, O> {
  readonly name: string;
  readonly readOnly: boolean;
  authorize(input: Input<I>, call: Call): readonly Authorization[];
  handle(input: Input<I>, call: Call): O;
  trail?(input: Input<I>, output: O | undefined, call: Call): TrailFacts;
}

/** Gives an operation the SDK's own types inside; the only place where they are taken off again. */
export const operation = <I, O>(spec: OperationSpec<I, O>): Operation => spec as unknown as Operation;
