import { explain } from './explain.ts';
import { decide, type Verdict } from './judge.ts';
import { Program } from './program.ts';
import { decidingStatements } from './story.ts';
import type { Authorizer, AuthRequest, Decision, Layer, PolicySet, StatementOutcome } from './types.ts';

/** A decision whose statements are only looked up when somebody asks for them. */
class LazyDecision implements Decision {
  readonly allowed: boolean;
  readonly because: Decision['because'];
  readonly layer: Layer;
  readonly #program: Program;
  readonly #request: AuthRequest;
  #statements: readonly StatementOutcome[] | undefined;

  constructor(verdict: Verdict, program: Program, request: AuthRequest) {
    this.allowed = verdict.because === 'allowed';
    this.because = verdict.because;
    this.layer = verdict.layer;
    this.#program = program;
    this.#request = request;
  }

  get statements(): readonly StatementOutcome[] {
    this.#statements ??= decidingStatements(this.#program, this.#request);
    return this.#statements;
  }

  toJSON(): Decision {
    const { allowed, because, layer, statements } = this;
    return { allowed, because, layer, statements };
  }
}

/**
 * Compiles a policy set for many decisions. Pure: the result keeps nothing of any request (beyond a bounded number of
 * spellings of actions and keys), may be shared and reused, and does not see later changes of the set.
 */
export function compile(policies: PolicySet): Authorizer {
  const program = new Program(policies);
  const authorize = (request: AuthRequest): Decision =>
    new LazyDecision(decide(program, request), program, request);
  return {
    authorize,
    authorizeAll: (requests) => requests.map(authorize),
    explain: (request) => explain(program, request),
  };
}
