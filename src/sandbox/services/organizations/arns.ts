import type { Container, Handshake, Member, Organization, OrganizationPolicy } from './state.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies */
const arn = (
  organization: Pick<Organization, 'id' | 'managementAccountId'>,
  kind: string,
  rest = '',
): string => `arn:aws:organizations::${organization.managementAccountId}:${kind}/${organization.id}${rest}`;

export const organizationArn = (organization: Organization): string => arn(organization, 'organization');

export const accountArn = (organization: Organization, accountId: string): string =>
  arn(organization, 'account', `/${accountId}`);

export const containerArn = (
  organization: Organization,
  { kind, id }: Pick<Container, 'kind' | 'id'>,
): string => arn(organization, kind === 'root' ? 'root' : 'ou', `/${id}`);

export const targetArn = (organization: Organization, target: Container | Member): string =>
  target.kind === 'account' ? accountArn(organization, target.id) : containerArn(organization, target);

export const policyArn = (
  organization: Organization,
  { id, type, awsManaged }: Pick<OrganizationPolicy, 'id' | 'type' | 'awsManaged'>,
): string =>
  awsManaged
    ? `arn:aws:organizations::aws:policy/${type.toLowerCase()}/${id}`
    : arn(organization, 'policy', `/${type.toLowerCase()}/${id}`);

export const resourcePolicyArn = (organization: Organization, id: string): string =>
  arn(organization, 'resourcepolicy', `/${id}`);

export const handshakeArn = ({ id, action, organizationId, managementAccountId }: Handshake): string =>
  arn({ id: organizationId, managementAccountId }, 'handshake', `/${action.toLowerCase()}/${id}`);
