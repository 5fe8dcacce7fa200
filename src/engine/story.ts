import { examine, type Findings, granting, refusals, subjectTo } from './judge.ts';
import { Bit, layerName, lowestBit } from './layers.ts';
import type { Candidates, Program } from './program.ts';
import { type Account, accountFor, keyState, type Reason } from './reason.ts';
import type { CompiledStatement, Facts } from './statement.ts';
import type { AuthRequest, StatementOutcome } from './types.ts';
import { visible } from './visible.ts';

/** A statement with all that can be said of it. */
export interface Told {
  readonly compiled: CompiledStatement;
  readonly outcome: StatementOutcome;
  readonly reasons: readonly Reason[];
  readonly nearness: number;
}

/** One request, examined in full. */
export interface Story {
  readonly candidates: Candidates;
  readonly facts: Facts;
  readonly findings: Findings;
  /** Layers that refuse for want of an Allow. */
  readonly refused: number;
  /** Every statement, in order of evaluation. */
  readonly told: readonly Told[];
  /** Deny statements that apply, in order of evaluation. */
  readonly denying: readonly Told[];
}

function outcome(
  compiled: CompiledStatement,
  account: Account,
  facts: Facts,
  trust: boolean,
): StatementOutcome {
  const { statement, policy, bit } = compiled;
  const { file } = policy.document;
  return {
    policy: policy.name,
    ...(file === undefined ? {} : { file }),
    layer: layerName(bit, trust),
    index: statement.index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    span: statement.span,
    effect: statement.effect,
    matched: account.matched,
    why: visible(
      account.matched ? applied(compiled, facts) : account.reasons.map((r) => r.text).join(', and '),
    ),
  };
}

function applied(compiled: CompiledStatement, facts: Facts): string {
  const keys = compiled.clauses.map((clause) => keyState(clause, facts.slots));
  return keys.length === 0 ? 'it applies' : `it applies: ${keys.join(', ')}`;
}

/** Tells the whole story of one request: what the decision skipped is looked at too. */
export function tell(program: Program, request: AuthRequest): Story {
  const candidates = program.candidates(request.action);
  const facts = program.facts(request);
  const findings = examine(program, request, candidates, facts);
  const subject = subjectTo(request.principal);
  const told = program.statements.map((compiled): Told => {
    const account = accountFor(compiled, request.action, facts);
    return {
      compiled,
      outcome: outcome(compiled, account, facts, findings.trust),
      reasons: account.reasons,
      nearness: account.nearness,
    };
  });
  const free = candidates.free.has(request.principal.type);
  const denying =
    free || candidates.denies.first(facts, subject) === undefined
      ? []
      : told.filter(
          (t) => t.outcome.effect === 'Deny' && t.outcome.matched && (t.compiled.bit & subject) !== 0,
        );
  return {
    candidates,
    facts,
    findings,
    refused: free ? 0 : refusals(findings, request.principal),
    told,
    denying,
  };
}

/** The Allow statements of a layer that came nearest; of SCPs and RCPs, those of the levels that don't allow. */
export function nearest(story: Story, bit: number): readonly Told[] {
  const allows = story.told.filter((t) => t.compiled.bit === bit && t.outcome.effect === 'Allow');
  const open = new Set(allows.filter((t) => t.outcome.matched).map((t) => t.compiled.level));
  const failing = allows.filter((t) => !open.has(t.compiled.level) && t.nearness > 0);
  const best = Math.max(0, ...failing.map((t) => t.nearness));
  return failing.filter((t) => t.nearness === best);
}

/** Decision.statements: the denying ones, the granting ones, or those that came nearest. */
export function decidingOf(story: Story, request: AuthRequest): readonly StatementOutcome[] {
  const outcomes = (told: readonly Told[]) => told.map((t) => t.outcome);
  if (story.denying.length > 0) return outcomes(story.denying);
  if (story.refused !== 0) {
    const bit = lowestBit(story.refused);
    // In one account either side could have granted: show both.
    const either = bit === Bit.identity && story.findings.sameAccount && !story.findings.required;
    return outcomes([...nearest(story, bit), ...(either ? nearest(story, Bit.resource) : [])]);
  }
  if (story.candidates.free.has(request.principal.type)) return [];
  const grants = granting(story.findings, request.principal);
  return outcomes(
    story.told.filter(
      (t) => t.outcome.effect === 'Allow' && t.outcome.matched && (t.compiled.bit & grants) !== 0,
    ),
  );
}

export const decidingStatements = (program: Program, request: AuthRequest): readonly StatementOutcome[] =>
  decidingOf(tell(program, request), request);
