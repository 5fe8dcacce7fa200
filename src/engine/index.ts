/**
 * The decision engine: may this request pass, and which statement decided? Pure functions over parsed policies;
 * no I/O, no clock, no randomness.
 *
 * The way of a request: `program.ts` (statements sorted by action, once an action) → `context.ts` (values of the keys
 * that the policies mention) → `judge.ts` (which layers allow; the rules of evaluation) → a verdict. `story.ts`,
 * `reason.ts`, `words.ts` and `explain.ts` tell it for people, from the same compiled statements. One statement is
 * `statement.ts`: `action.ts`, `resource.ts`, `principal.ts`, `condition/` (a file a family of operators).
 * `testing/reference.ts` is the slow, obvious evaluator that all this is compared with.
 */
export { compile } from './compile.ts';
export { callerArn } from './implicit.ts';
export { impliedRequests } from './implied.ts';
export { accessDeniedMessage } from './message.ts';
export type * from './types.ts';
