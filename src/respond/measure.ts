import type { IAMClient } from '@aws-sdk/client-iam';
import { asFailure, decodeDocument, iamClient, inParallel, requireAccount } from '../aws/index.ts';
import { type PolicyJson, printPolicyJson } from '../policy/index.ts';
import type { Target } from './targets.ts';
import type { Connect, Measure } from './types.ts';

/**
 * Puts one inline policy on every target at once, and reads each back. A target that fails is a failed measure and
 * holds nobody else up: in an incident every door that can be shut is shut.
 */
export const putEverywhere = (
  targets: readonly Target[],
  policyName: string,
  policy: PolicyJson,
  connect: Connect,
  width: number,
): Promise<Measure[]> =>
  everywhere(targets, policyName, connect, width, async (iam, { kind, name }) => {
    const sdk = await import('@aws-sdk/client-iam');
    const PolicyDocument = printPolicyJson(policy);
    await (kind === 'user'
      ? iam.send(new sdk.PutUserPolicyCommand({ UserName: name, PolicyName: policyName, PolicyDocument }))
      : iam.send(new sdk.PutRolePolicyCommand({ RoleName: name, PolicyName: policyName, PolicyDocument })));
    const read = await (kind === 'user'
      ? iam.send(new sdk.GetUserPolicyCommand({ UserName: name, PolicyName: policyName }))
      : iam.send(new sdk.GetRolePolicyCommand({ RoleName: name, PolicyName: policyName })));
    if (JSON.stringify(decodeDocument(read.PolicyDocument)) !== JSON.stringify(JSON.parse(PolicyDocument)))
      throw new Error(
        `${policyName} on ${name} reads back otherwise than it was written: somebody else writes it too`,
      );
  });

/** Takes the inline policy away again; where it isn't, that is fine. */
export const removeEverywhere = (
  targets: readonly Target[],
  policyName: string,
  connect: Connect,
  width: number,
): Promise<Measure[]> =>
  everywhere(targets, policyName, connect, width, async (iam, { kind, name }) => {
    const sdk = await import('@aws-sdk/client-iam');
    try {
      await (kind === 'user'
        ? iam.send(new sdk.DeleteUserPolicyCommand({ UserName: name, PolicyName: policyName }))
        : iam.send(new sdk.DeleteRolePolicyCommand({ RoleName: name, PolicyName: policyName })));
    } catch (error) {
      if (asFailure(error).problem.code !== 'NoSuchEntity') throw error;
    }
  });

const everywhere = (
  targets: readonly Target[],
  policyName: string,
  connect: Connect,
  width: number,
  act: (iam: IAMClient, target: Target) => Promise<void>,
): Promise<Measure[]> =>
  inParallel(targets, width, async (target): Promise<Measure> => {
    const { account, kind, name, arn, why } = target;
    const measure = { account, kind, name, arn, why, policyName };
    try {
      const connection = await connect(account);
      await requireAccount(connection, account.id);
      const iam = await iamClient(connection.target, connection.credentials);
      try {
        await act(iam, target);
      } catch (error) {
        throw asFailure(error, connection.target);
      } finally {
        iam.destroy();
      }
      return { ...measure, state: 'applied' };
    } catch (error) {
      return { ...measure, state: 'failed', problem: asFailure(error).problem };
    }
  });
