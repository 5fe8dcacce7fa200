import { explain } from './explain.ts';
import { examine, explicitDeny, refusals, subjectTo } from './judge.ts';
import { layerName, lowestBit } from './layers.ts';
import { Program } from './program.ts';
import { deciding, grantLayer } from './story.ts';
import type { AuthRequest, Authorizer, Decision, Explanation, Layer, PolicySet, StatementOutcome } from './types.ts';

/** A decision whose statements are only looked up when somebody asks for them. */
class LazyDecision implements Decision {
  readonly allowed: boolean;
  readonly because: Decision['because'];
  readonly layer: Layer;
  readonly #program: Program;
  readonly #request: AuthRequest;

  constructor(because: Decision['because'], layer: Layer, program: Program, request: AuthRequest) {
    this.allowed = because === 'allowed';
    this.because = because;
    this.layer = layer;
    this.#program = program;
    this.#request = request;
  }

  get statements(): readonly StatementOutcome[] {
    return deciding(this.#program, this.#request);
  }

  toJSON(): Decision {
    const { allowed, because, layer, statements } = this;
    return { allowed, because, layer, statements };
  }
}

function authorize(program: Program, request: AuthRequest): Decision {
  const candidates = program.candidates(request.action);
  const facts = program.facts(request);
  const denied = explicitDeny(candidates.denies, facts, subjectTo(request.principal));
  if (denied !== undefined) {
    const trust =
      candidates.rule === 'trust' || (candidates.rule === 'trust-of-role' && request.resource.includes(':role/'));
    return new LazyDecision('explicit-deny', layerName(denied.bit, trust), program, request);
  }
  const findings = examine(program, request, candidates, facts);
  const refused = refusals(findings, request.principal);
  if (refused !== 0)
    return new LazyDecision('implicit-deny', layerName(lowestBit(refused), findings.trust), program, request);
  return new LazyDecision('allowed', grantLayer(findings, request.principal), program, request);
}

/**
 * Compiles a policy set for many decisions. Pure: the result keeps nothing of any request (beyond spellings of actions
 * and keys, bounded), may be shared and reused, and does not see later changes of the set.
 */
export function compile(policies: PolicySet): Authorizer {
  const program = new Program(policies);
  return {
    authorize: (request: AuthRequest): Decision => authorize(program, request),
    authorizeAll: (requests: readonly AuthRequest[]): Decision[] =>
      requests.map((request) => authorize(program, request)),
    explain: (request: AuthRequest): Explanation => explain(program, request),
  };
}
