import type { IAMClient, Tag } from '@aws-sdk/client-iam';
import { describeAwsError } from '../aws/index.ts';
import { printPolicyJson } from '../policy/index.ts';
import type { Change, Step, Tags } from './types.ts';

type Sdk = typeof import('@aws-sdk/client-iam');

/** Does one step. Each can be done twice: what already exists or is already gone counts as done. */
export async function perform(step: Step, change: Change, iam: IAMClient, sdk: Sdk): Promise<void> {
  const { kind, name, arn } = change;
  const user = kind === 'user';
  const UserName = name;
  const RoleName = name;
  const PolicyArn = arn;
  switch (step.do) {
    case 'create-user':
      await iam.send(new sdk.CreateUserCommand({ UserName, Path: step.path, Tags: tagList(step.tags) }));
      return;
    case 'create-role':
      await iam.send(
        new sdk.CreateRoleCommand({
          RoleName,
          Path: step.path,
          ...(step.description === '' ? {} : { Description: step.description }),
          AssumeRolePolicyDocument: printPolicyJson(step.trust),
          MaxSessionDuration: step.maxSessionDuration,
          Tags: tagList(step.tags),
          ...(step.boundaryArn === undefined ? {} : { PermissionsBoundary: step.boundaryArn }),
        }),
      );
      return;
    case 'create-policy': {
      const { path: Path, tags } = step;
      const PolicyDocument = printPolicyJson(step.policy);
      await iam.send(
        new sdk.CreatePolicyCommand({ PolicyName: name, Path, PolicyDocument, Tags: tagList(tags) }),
      );
      return;
    }
    case 'update-policy':
      await makeRoomForVersion(PolicyArn, iam, sdk);
      await iam.send(
        new sdk.CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: printPolicyJson(step.policy),
          SetAsDefault: true,
        }),
      );
      return;
    case 'update-trust':
      await iam.send(
        new sdk.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: printPolicyJson(step.trust) }),
      );
      return;
    case 'update-role': {
      const { description: Description, maxSessionDuration: MaxSessionDuration } = step;
      await iam.send(new sdk.UpdateRoleCommand({ RoleName, Description, MaxSessionDuration }));
      return;
    }
    case 'put-inline': {
      const { policyName: PolicyName } = step;
      const PolicyDocument = printPolicyJson(step.policy);
      await (user
        ? iam.send(new sdk.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
        : iam.send(new sdk.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })));
      return;
    }
    case 'delete-inline': {
      const { policyName: PolicyName } = step;
      await gone(
        user
          ? iam.send(new sdk.DeleteUserPolicyCommand({ UserName, PolicyName }))
          : iam.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName })),
      );
      return;
    }
    case 'attach': {
      const target = { PolicyArn: step.policyArn };
      await (user
        ? iam.send(new sdk.AttachUserPolicyCommand({ UserName, ...target }))
        : iam.send(new sdk.AttachRolePolicyCommand({ RoleName, ...target })));
      return;
    }
    case 'detach': {
      const target = { PolicyArn: step.policyArn };
      await gone(
        user
          ? iam.send(new sdk.DetachUserPolicyCommand({ UserName, ...target }))
          : iam.send(new sdk.DetachRolePolicyCommand({ RoleName, ...target })),
      );
      return;
    }
    case 'set-boundary': {
      const PermissionsBoundary = step.boundaryArn;
      await (user
        ? iam.send(new sdk.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
        : iam.send(new sdk.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
      return;
    }
    case 'remove-boundary':
      await gone(
        user
          ? iam.send(new sdk.DeleteUserPermissionsBoundaryCommand({ UserName }))
          : iam.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName })),
      );
      return;
    case 'tag': {
      const Tags = tagList(step.tags);
      if (kind === 'policy') await iam.send(new sdk.TagPolicyCommand({ PolicyArn, Tags }));
      else if (user) await iam.send(new sdk.TagUserCommand({ UserName, Tags }));
      else await iam.send(new sdk.TagRoleCommand({ RoleName, Tags }));
      return;
    }
    case 'delete-access-key':
      await gone(iam.send(new sdk.DeleteAccessKeyCommand({ UserName, AccessKeyId: step.accessKeyId })));
      return;
    case 'delete-mfa': {
      const { serialNumber: SerialNumber } = step;
      await gone(iam.send(new sdk.DeactivateMFADeviceCommand({ UserName, SerialNumber })));
      // Hardware tokens have no ARN and cannot be deleted.
      if (SerialNumber.startsWith('arn:'))
        await gone(iam.send(new sdk.DeleteVirtualMFADeviceCommand({ SerialNumber })));
      return;
    }
    case 'delete':
      if (kind === 'policy') await deletePolicy(PolicyArn, iam, sdk);
      else if (user) await gone(iam.send(new sdk.DeleteUserCommand({ UserName })));
      else await gone(iam.send(new sdk.DeleteRoleCommand({ RoleName })));
      return;
  }
}

/** A managed policy has five versions at most: the oldest that isn't the default makes room. */
async function makeRoomForVersion(PolicyArn: string, iam: IAMClient, sdk: Sdk): Promise<void> {
  const { Versions = [] } = await iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn }));
  const spare = Versions.filter((version) => version.IsDefaultVersion !== true).sort(
    (a, b) => (a.CreateDate?.getTime() ?? 0) - (b.CreateDate?.getTime() ?? 0),
  );
  if (Versions.length < 5 || spare[0] === undefined) return;
  await gone(iam.send(new sdk.DeletePolicyVersionCommand({ PolicyArn, VersionId: spare[0].VersionId })));
}

async function deletePolicy(PolicyArn: string, iam: IAMClient, sdk: Sdk): Promise<void> {
  const answer = await gone(iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn })));
  for (const { VersionId, IsDefaultVersion } of answer?.Versions ?? [])
    if (IsDefaultVersion !== true)
      await gone(iam.send(new sdk.DeletePolicyVersionCommand({ PolicyArn, VersionId })));
  await gone(iam.send(new sdk.DeletePolicyCommand({ PolicyArn })));
}

async function gone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (describeAwsError(error).code === 'NoSuchEntity') return undefined;
    throw error;
  }
}

const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
