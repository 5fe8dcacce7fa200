import type * as organizations from '@aws-sdk/client-organizations';
import {
  accountArn,
  containerArn,
  handshakeArn,
  organizationArn,
  policyArn,
  resourcePolicyArn,
} from './arns.ts';
import type { Container, Creation, Handshake, Member, Organization, OrganizationPolicy } from './state.ts';
import { chainOf } from './structure.ts';

const types = (organization: Organization): organizations.PolicyTypeSummary[] =>
  [...organization.enabledTypes].map((type) => ({
    Type: type as organizations.PolicyType,
    Status: 'ENABLED',
  }));

export const organizationShape = (organization: Organization): organizations.Organization => ({
  Id: organization.id,
  Arn: organizationArn(organization),
  FeatureSet: organization.featureSet,
  MasterAccountArn: accountArn(organization, organization.managementAccountId),
  MasterAccountId: organization.managementAccountId,
  MasterAccountEmail: organization.members.get(organization.managementAccountId)?.email,
  // "Do not use. This field is deprecated and doesn't provide complete information": AWS lists SCPs here whether or not
  // the root has them enabled.
  AvailablePolicyTypes:
    organization.featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
});

export const rootShape = (organization: Organization): organizations.Root => ({
  Id: organization.root.id,
  Arn: containerArn(organization, organization.root),
  Name: organization.root.name,
  PolicyTypes: types(organization),
});

const pathTo = (organization: Organization, container: Container): string => {
  const ids: string[] = [];
  for (let at: Container | undefined = container; at !== undefined; at = at.parent) ids.unshift(at.id);
  return `${[organization.id, ...ids].join('/')}/`;
};

export const unitShape = (organization: Organization, unit: Container): organizations.OrganizationalUnit => ({
  Id: unit.id,
  Arn: containerArn(organization, unit),
  Name: unit.name,
  Path: pathTo(organization, unit),
});

/** `Status` is what `State` was before September 2025, and is still sent. */
export const accountShape = (member: Member): organizations.Account => ({
  Id: member.id,
  Arn: accountArn(member.organization, member.id),
  Email: member.email,
  Name: member.name,
  Status: member.status,
  State: member.status,
  Paths: [`${[member.organization.id, ...chainOf(member).map(({ id }) => id), member.id].join('/')}/`],
  JoinedMethod: member.joinedMethod,
  JoinedTimestamp: new Date(member.joinedAt),
});

export const creationShape = (creation: Creation): organizations.CreateAccountStatus => ({
  Id: creation.id,
  AccountName: creation.accountName,
  State: creation.state,
  RequestedTimestamp: new Date(creation.requestedAt),
  ...(creation.completedAt !== undefined && { CompletedTimestamp: new Date(creation.completedAt) }),
  ...(creation.accountId !== undefined && { AccountId: creation.accountId }),
  ...(creation.failureReason !== undefined && {
    FailureReason: creation.failureReason as organizations.CreateAccountFailureReason,
  }),
});

export const policySummary = (
  organization: Organization,
  policy: OrganizationPolicy,
): organizations.PolicySummary => ({
  Id: policy.id,
  Arn: policyArn(organization, policy),
  Name: policy.name,
  Description: policy.description,
  Type: policy.type as organizations.PolicyType,
  AwsManaged: policy.awsManaged,
});

export const policyShape = (
  organization: Organization,
  policy: OrganizationPolicy,
): organizations.Policy => ({ PolicySummary: policySummary(organization, policy), Content: policy.content });

export function resourcePolicyShape(organization: Organization): organizations.ResourcePolicy | undefined {
  const { resourcePolicy } = organization;
  return (
    resourcePolicy && {
      ResourcePolicySummary: {
        Id: resourcePolicy.id,
        Arn: resourcePolicyArn(organization, resourcePolicy.id),
      },
      Content: resourcePolicy.policy.text,
    }
  );
}

export const handshakeShape = (handshake: Handshake): organizations.Handshake => ({
  Id: handshake.id,
  Arn: handshakeArn(handshake),
  Parties: [
    { Id: handshake.organizationId, Type: 'ORGANIZATION' },
    ...(handshake.party === undefined ? [] : [{ Id: handshake.party.id, Type: handshake.party.type }]),
  ],
  State: handshake.state,
  RequestedTimestamp: new Date(handshake.requestedAt),
  ExpirationTimestamp: new Date(handshake.expiresAt),
  Action: handshake.action,
  Resources: [
    {
      Type: 'ORGANIZATION',
      Value: handshake.organizationId,
      ...(handshake.action === 'INVITE' && {
        Resources: [
          { Type: 'MASTER_EMAIL', Value: handshake.managementEmail },
          { Type: 'MASTER_NAME', Value: handshake.managementName },
          { Type: 'ORGANIZATION_FEATURE_SET', Value: handshake.featureSet },
        ],
      }),
    },
    ...(handshake.party === undefined ? [] : [{ Type: handshake.party.type, Value: handshake.party.id }]),
    ...(handshake.notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: handshake.notes }]),
    ...(handshake.parentId === undefined
      ? []
      : [{ Type: 'PARENT_HANDSHAKE' as const, Value: handshake.parentId }]),
  ],
});
