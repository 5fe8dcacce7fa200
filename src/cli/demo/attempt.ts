import { describeAwsError } from '../../aws/index.ts';
import type { Explanation } from '../../engine/index.ts';
import { type Attack, need, type World } from './types.ts';

/** An attack: what is sent, and the refusal that is meant. */
export interface Attempt {
  readonly name: string;
  /** AWS error code that must come back. */
  readonly code: string;
  /** What `decidedBy` must say. */
  readonly reason: RegExp;
  /** For refusals that no policy decides: the check that did, by its error message. */
  readonly check?: string;
  run(): Promise<unknown>;
}

/** Sends it; a refusal for another reason than the meant one is no success of ours. */
export async function attempt(world: World, attack: Attempt): Promise<Attack> {
  try {
    await attack.run();
  } catch (error) {
    const problem = describeAwsError(error);
    const decidedBy = attack.check ?? (await whoDecided(world, problem.requestId));
    return {
      name: attack.name,
      blocked: true,
      error: `${problem.code}: ${problem.message}`,
      decidedBy,
      rightReason:
        problem.code === attack.code && attack.reason.test(attack.check ? problem.message : decidedBy),
    };
  }
  return {
    name: attack.name,
    blocked: false,
    error: 'it went through',
    decidedBy: 'nothing',
    rightReason: false,
  };
}

/** The engine's own account of the refusal, as the sandbox's control interface tells it. */
async function whoDecided(world: World, requestId: string | undefined): Promise<string> {
  if (requestId === undefined) return 'unknown: the answer carried no request id';
  const decision = await need(world.control, 'control interface').explainDenial(requestId);
  return decision === undefined ? 'no policy: refused before any was asked' : tell(decision as Explanation);
}

function tell(decision: Explanation): string {
  if (decision.because === 'explicit-deny') {
    return decision.statements
      .filter((s) => s.effect === 'Deny' && s.matched)
      .map((s) => `${s.policy}, statement ${s.index + 1}${s.sid ? ` (${s.sid})` : ''}: explicit Deny`)
      .join('; ');
  }
  const refusing = new Set(decision.refusals.map((r) => r.layer));
  const near = decision.all.filter((s) => refusing.has(s.layer) && s.effect === 'Allow' && !s.matched);
  const statements = near.map(
    (s) => `${s.policy}, statement ${s.index + 1}${s.sid ? ` (${s.sid})` : ''}: ${s.why}`,
  );
  return statements.length > 0 ? statements.join('; ') : decision.refusals.map((r) => r.why).join('; ');
}
