import { type IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import type { AuthRequest } from '../../../src/engine/index.ts';
import type { Case } from '../load.ts';
import type { Outcome } from '../outcome.ts';
import { ownerOf } from './plan.ts';
import { allow } from './world.ts';

const outcomes: Readonly<Record<string, Outcome>> = {
  allowed: { allowed: true, because: 'allowed' },
  explicitDeny: { allowed: false, because: 'explicit-deny' },
  implicitDeny: { allowed: false, because: 'implicit-deny' },
};

/** Puts a case to IAM's policy simulator. It tells no layer. */
export async function simulate(iam: IAMClient, { policies }: Case, request: AuthRequest): Promise<Outcome> {
  const { principal } = request;
  const entries = Object.entries(request.context);
  // The simulator makes up an id of its own for the caller.
  if (principal.type === 'user') entries.push(['aws:userid', principal.id]);
  const owner = ownerOf(request);
  const { EvaluationResults: [result] = [] } = await iam.send(
    new SimulateCustomPolicyCommand({
      ActionNames: [request.action],
      ResourceArns: [request.resource],
      // At least one policy must be given: this one speaks of no case's action.
      PolicyInputList: [
        allow('sts:GetCallerIdentity'),
        ...(policies.identity ?? []).map((d) => JSON.stringify(d)),
      ],
      ...(principal.type === 'user' && { CallerArn: principal.arn }),
      ...(policies.boundary !== undefined && {
        PermissionsBoundaryPolicyInputList: [JSON.stringify(policies.boundary)],
      }),
      ...(policies.resource !== undefined && { ResourcePolicy: JSON.stringify(policies.resource) }),
      ...(owner !== undefined && { ResourceOwner: `arn:aws:iam::${owner}:root` }),
      ContextEntries: entries.map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: Array.isArray(value) ? 'stringList' : 'string',
        ContextKeyValues: typeof value === 'string' ? [value] : [...(value ?? [])],
      })),
    }),
  );
  const outcome = outcomes[result?.EvalDecision ?? ''];
  if (outcome === undefined) throw new Error('the simulator gave no decision');
  return outcome;
}
