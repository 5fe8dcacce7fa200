import { callerArn } from './implicit.ts';
import { decide } from './judge.ts';
import { bitsInOrder, layerName } from './layers.ts';
import type { Program } from './program.ts';
import { decidingOf, nearest, type Story, type Told, tell } from './story.ts';
import type { AuthRequest, Explanation } from './types.ts';
import { visible } from './visible.ts';
import { changeFor, layerTitle, locate, refusalText } from './words.ts';

type Refusal = Explanation['refusals'][number] & {
  readonly statements: readonly Told[];
  readonly change: string;
};

/** The decision with its whole story. */
export function explain(program: Program, request: AuthRequest): Explanation {
  const verdict = decide(program, request);
  const story = tell(program, request);
  const refusals = refusalsOf(program, story, request);
  const statements = decidingOf(story, request);
  return {
    allowed: verdict.because === 'allowed',
    because: verdict.because,
    layer: verdict.layer,
    statements,
    refusals: refusals.map(({ layer, because, why }) => ({ layer, because, why: visible(why) })),
    all: story.told.map((t) => t.outcome),
    text: text(request, story, refusals, verdict.because === 'allowed'),
  };
}

function refusalsOf(program: Program, story: Story, request: AuthRequest): Refusal[] {
  const refusals: Refusal[] = [];
  for (const bit of bitsInOrder) {
    const layer = layerName(bit, story.findings.trust);
    const denying = story.denying.filter((t) => t.compiled.bit === bit);
    if (denying.length > 0) {
      const why = denying
        .map((t) => `${locate(t.outcome)} denies ${request.action}: ${t.outcome.why}`)
        .join('; ');
      refusals.push({
        layer,
        because: 'explicit-deny',
        why,
        statements: denying,
        change: changeFor.deny(denying),
      });
    }
    if ((story.refused & bit) === 0) continue;
    const near = nearest(story, bit);
    const why = refusalText(program.set, story, bit, request, near);
    refusals.push({
      layer,
      because: 'implicit-deny',
      why,
      statements: near,
      change: changeFor.missing(layer, request, near),
    });
  }
  return refusals;
}

function text(request: AuthRequest, story: Story, refusals: readonly Refusal[], allowed: boolean): string {
  const question = `${request.action} on ${request.resource} for ${callerArn(request.principal)}`;
  if (allowed) {
    const grants = decidingOf(story, request).map((s) => `  ${locate(s)}: ${s.why} (${layerTitle(s.layer)})`);
    const free = story.candidates.free.has(request.principal.type);
    const root = request.principal.type === 'root' && grants.length === 0;
    const why = free
      ? [`  ${request.action} needs no permission, and no policy can deny it`]
      : root
        ? ['  the root user of the account needs no grant']
        : grants;
    return printable([`Allowed: ${question}`, ...why]);
  }
  const lines = [`Denied: ${question}`];
  for (const refusal of refusals) {
    const kind = refusal.because === 'explicit-deny' ? 'explicit deny' : 'no allow';
    lines.push(`  ${layerTitle(refusal.layer)} (${kind})`);
    if (refusal.statements.length === 0) lines.push(`    ${refusal.why}`);
    for (const told of refusal.statements) lines.push(...statementLines(told));
    lines.push(`    to change it: ${refusal.change}`);
  }
  return printable(lines);
}

/** Requests hold what callers choose: nothing in it may end a line or steer a terminal. */
const printable = (lines: readonly string[]): string => lines.map(visible).join('\n');

/** One line a reason, each with its own line number: the condition's, not the statement's. */
function statementLines(told: Told): string[] {
  if (told.outcome.matched) return [`    ${locate(told.outcome)}: ${told.outcome.why}`];
  return told.reasons.map((reason) => `    ${locate(told.outcome, reason.span)}: ${reason.text}`);
}
