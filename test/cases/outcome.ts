import { compile, type Decision, type Layer } from '../../src/engine/index.ts';
import { type Case, policySetOf, requestOf } from './load.ts';

/** What an executor saw of a case. What it can't see (the simulator tells no layer) is absent. */
export interface Outcome {
  readonly allowed: boolean;
  readonly because?: Decision['because'];
  readonly layer?: Layer;
}

/** The engine as executor: the case's policies and request, nothing in between. */
export function decideInEngine(one: Case): Outcome & { readonly text: string } {
  const told = compile(policySetOf(one)).explain(requestOf(one));
  return { allowed: told.allowed, because: told.because, layer: told.layer, text: told.text };
}

/** What an executor saw differently from what the case expects; undefined when nothing. */
export function difference({ expect }: Case, seen: Outcome): string | undefined {
  const wrong = (['allowed', 'because', 'layer'] as const).filter(
    (field) => seen[field] !== undefined && expect[field] !== undefined && seen[field] !== expect[field],
  );
  if (wrong.length === 0) return undefined;
  return wrong.map((field) => `${field} is ${seen[field]}, must be ${expect[field]}`).join('; ');
}
