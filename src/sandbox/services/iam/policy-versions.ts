import type * as iam from '@aws-sdk/client-iam';
import type { ManagedPolicy, PolicyVersion } from '../../state/model.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { conflict, findPolicy, limitExceeded, noSuchEntity } from './find.ts';
import { assertOwn, managedDocument } from './own-policy.ts';
import { encodeDocument } from './shapes.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const VERSIONS = 5;

const summary = (policy: ManagedPolicy, version: PolicyVersion): iam.PolicyVersion => ({
  VersionId: version.id,
  IsDefaultVersion: version.id === policy.defaultVersion,
  CreateDate: new Date(version.createdAt),
});

export const versionShape = (policy: ManagedPolicy, version: PolicyVersion): iam.PolicyVersion => ({
  ...summary(policy, version),
  Document: encodeDocument(version.policy.text),
});

function findVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  const version = policy.versions.get(id);
  if (version === undefined) {
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  }
  return version;
}

export const policyVersionOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.CreatePolicyVersionRequest, iam.CreatePolicyVersionResponse>({
    name: 'CreatePolicyVersion',
    readOnly: false,
    authorize: ({ PolicyArn }, call) => ask.policy('CreatePolicyVersion', call, PolicyArn),
    handle: ({ PolicyArn, PolicyDocument, SetAsDefault }, call) => {
      const policy = findPolicy(store, call, PolicyArn);
      assertOwn(policy, call);
      const document = managedDocument(PolicyDocument);
      if (policy.versions.size >= VERSIONS) {
        throw limitExceeded(
          `A managed policy can have up to ${VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const version: PolicyVersion = { id: `v${policy.nextVersion}`, policy: document, createdAt: call.now };
      policy.nextVersion++;
      policy.versions.set(version.id, version);
      policy.updatedAt = call.now;
      if (SetAsDefault === true) policy.defaultVersion = version.id;
      return { PolicyVersion: summary(policy, version) };
    },
  }),
  operation<iam.GetPolicyVersionRequest, iam.GetPolicyVersionResponse>({
    name: 'GetPolicyVersion',
    readOnly: true,
    authorize: ({ PolicyArn }, call) => ask.policy('GetPolicyVersion', call, PolicyArn),
    handle: ({ PolicyArn, VersionId }, call) => {
      const policy = findPolicy(store, call, PolicyArn);
      return { PolicyVersion: versionShape(policy, findVersion(policy, VersionId)) };
    },
  }),
  operation<iam.ListPolicyVersionsRequest, iam.ListPolicyVersionsResponse>({
    name: 'ListPolicyVersions',
    readOnly: true,
    authorize: ({ PolicyArn }, call) => ask.policy('ListPolicyVersions', call, PolicyArn),
    handle: (input, call) => {
      const policy = findPolicy(store, call, input.PolicyArn);
      // Newest first, as AWS lists them.
      const { items, rest } = page([...policy.versions.values()].reverse(), input);
      return { Versions: items.map((version) => summary(policy, version)), ...rest };
    },
  }),
  operation<iam.SetDefaultPolicyVersionRequest, object>({
    name: 'SetDefaultPolicyVersion',
    readOnly: false,
    authorize: ({ PolicyArn }, call) => ask.policy('SetDefaultPolicyVersion', call, PolicyArn),
    handle: ({ PolicyArn, VersionId }, call) => {
      const policy = findPolicy(store, call, PolicyArn);
      assertOwn(policy, call);
      policy.defaultVersion = findVersion(policy, VersionId).id;
      policy.updatedAt = call.now;
      return {};
    },
  }),
  operation<iam.DeletePolicyVersionRequest, object>({
    name: 'DeletePolicyVersion',
    readOnly: false,
    authorize: ({ PolicyArn }, call) => ask.policy('DeletePolicyVersion', call, PolicyArn),
    handle: ({ PolicyArn, VersionId }, call) => {
      const policy = findPolicy(store, call, PolicyArn);
      assertOwn(policy, call);
      const version = findVersion(policy, VersionId);
      if (version.id === policy.defaultVersion)
        throw conflict('Cannot delete the default version of a policy.');
      policy.versions.delete(version.id);
      return {};
    },
  }),
];
