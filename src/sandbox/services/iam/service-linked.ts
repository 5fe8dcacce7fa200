import { roleArn } from '../../../base/index.ts';
import { uniqueId } from '../../state/ids.ts';
import type { Role } from '../../state/model.ts';
import { NameMap } from '../../state/names.ts';
import type { Store } from '../../state/store.ts';
import { Trust } from '../../state/trust.ts';
import { AwsError } from '../../types.ts';

interface Template {
  readonly role: string;
  /** AWS managed policies below `/aws-service-role/`. */
  readonly policy: string;
  readonly description?: string;
  /** Whether a CustomSuffix makes more of them. */
  readonly suffix?: true;
}

/**
 * Service-linked roles by service principal: names and policies as AWS's documents of the services give them. A service
 * that isn't here can't have one, rather than have one that AWS doesn't make.
 * unverified: the descriptions that services give their roles.
 */
const templates: Readonly<Record<string, Template>> = {
  'access-analyzer.amazonaws.com': {
    role: 'AWSServiceRoleForAccessAnalyzer',
    policy: 'AccessAnalyzerServiceRolePolicy',
  },
  'autoscaling.amazonaws.com': {
    role: 'AWSServiceRoleForAutoScaling',
    policy: 'AutoScalingServiceRolePolicy',
    description:
      'Default Service-Linked Role enables access to AWS Services and Resources used or managed by Auto Scaling',
    suffix: true,
  },
  'backup.amazonaws.com': {
    role: 'AWSServiceRoleForBackup',
    policy: 'AWSBackupServiceLinkedRolePolicyForBackup',
  },
  'cloudtrail.amazonaws.com': {
    role: 'AWSServiceRoleForCloudTrail',
    policy: 'CloudTrailServiceRolePolicy',
  },
  'cloudwatch-crossaccount.amazonaws.com': {
    role: 'AWSServiceRoleForCloudWatchCrossAccount',
    policy: 'CloudWatch-CrossAccountAccess',
  },
  'config.amazonaws.com': { role: 'AWSServiceRoleForConfig', policy: 'AWSConfigServiceRolePolicy' },
  'config-multiaccountsetup.amazonaws.com': {
    role: 'AWSServiceRoleForConfigMultiAccountSetup',
    policy: 'AWSConfigMultiAccountSetupPolicy',
  },
  'detective.amazonaws.com': {
    role: 'AWSServiceRoleForDetective',
    policy: 'AmazonDetectiveServiceLinkedRolePolicy',
  },
  'ecs.amazonaws.com': {
    role: 'AWSServiceRoleForECS',
    policy: 'AmazonECSServiceRolePolicy',
    description: 'Role to enable Amazon ECS to manage your cluster.',
  },
  'eks.amazonaws.com': { role: 'AWSServiceRoleForAmazonEKS', policy: 'AmazonEKSServiceRolePolicy' },
  'eks-nodegroup.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonEKSNodegroup',
    policy: 'AWSServiceRoleForAmazonEKSNodegroup',
  },
  'elasticache.amazonaws.com': {
    role: 'AWSServiceRoleForElastiCache',
    policy: 'ElastiCacheServiceRolePolicy',
  },
  'elasticloadbalancing.amazonaws.com': {
    role: 'AWSServiceRoleForElasticLoadBalancing',
    policy: 'AWSElasticLoadBalancingServiceRolePolicy',
    description: 'Allows ELB to call AWS services on your behalf.',
  },
  'es.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonElasticsearchService',
    policy: 'AmazonElasticsearchServiceRolePolicy',
  },
  'events.amazonaws.com': {
    role: 'AWSServiceRoleForCloudWatchEvents',
    policy: 'CloudWatchEventsServiceRolePolicy',
  },
  'apidestinations.events.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonEventBridgeApiDestinations',
    policy: 'AmazonEventBridgeApiDestinationsServiceRolePolicy',
  },
  'fms.amazonaws.com': { role: 'AWSServiceRoleForFMS', policy: 'FMSServiceRolePolicy' },
  'guardduty.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonGuardDuty',
    policy: 'AmazonGuardDutyServiceRolePolicy',
  },
  'inspector2.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonInspector2',
    policy: 'AmazonInspector2ServiceRolePolicy',
  },
  'ipam.amazonaws.com': { role: 'AWSServiceRoleForIPAM', policy: 'AWSIPAMServiceRolePolicy' },
  'macie.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonMacie',
    policy: 'AmazonMacieServiceRolePolicy',
  },
  'member.org.stacksets.cloudformation.amazonaws.com': {
    role: 'AWSServiceRoleForCloudFormationStackSetsOrgMember',
    policy: 'CloudFormationStackSetsOrgMemberServiceRolePolicy',
    description: 'Service linked role for CloudFormation StackSets (Organization Member)',
  },
  'network-firewall.amazonaws.com': {
    role: 'AWSServiceRoleForNetworkFirewall',
    policy: 'AWSNetworkFirewallServiceRolePolicy',
  },
  'opensearchservice.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonOpenSearchService',
    policy: 'AmazonOpenSearchServiceRolePolicy',
  },
  'ops.apigateway.amazonaws.com': {
    role: 'AWSServiceRoleForAPIGateway',
    policy: 'APIGatewayServiceRolePolicy',
  },
  'organizations.amazonaws.com': {
    role: 'AWSServiceRoleForOrganizations',
    policy: 'AWSOrganizationsServiceTrustPolicy',
    description:
      'Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.',
  },
  'ram.amazonaws.com': {
    role: 'AWSServiceRoleForResourceAccessManager',
    policy: 'AWSResourceAccessManagerServiceRolePolicy',
  },
  'rds.amazonaws.com': {
    role: 'AWSServiceRoleForRDS',
    policy: 'AmazonRDSServiceRolePolicy',
    description: 'Allows Amazon RDS to manage AWS resources on your behalf',
  },
  'replicator.lambda.amazonaws.com': {
    role: 'AWSServiceRoleForLambdaReplicator',
    policy: 'AWSLambdaReplicator',
  },
  'resource-explorer-2.amazonaws.com': {
    role: 'AWSServiceRoleForResourceExplorer',
    policy: 'AWSResourceExplorerServiceRolePolicy',
  },
  'rolesanywhere.amazonaws.com': {
    role: 'AWSServiceRoleForRolesAnywhere',
    policy: 'AWSRolesAnywhereServicePolicy',
  },
  'securityhub.amazonaws.com': {
    role: 'AWSServiceRoleForSecurityHub',
    policy: 'AWSSecurityHubServiceRolePolicy',
  },
  'servicequotas.amazonaws.com': {
    role: 'AWSServiceRoleForServiceQuotas',
    policy: 'ServiceQuotasServiceRolePolicy',
  },
  'shield.amazonaws.com': { role: 'AWSServiceRoleForAWSShield', policy: 'AWSShieldServiceRolePolicy' },
  'spot.amazonaws.com': { role: 'AWSServiceRoleForEC2Spot', policy: 'AWSEC2SpotServiceRolePolicy' },
  'spotfleet.amazonaws.com': {
    role: 'AWSServiceRoleForEC2SpotFleet',
    policy: 'AWSEC2SpotFleetServiceRolePolicy',
  },
  'ssm.amazonaws.com': { role: 'AWSServiceRoleForAmazonSSM', policy: 'AmazonSSMServiceRolePolicy' },
  'sso.amazonaws.com': {
    role: 'AWSServiceRoleForSSO',
    policy: 'AWSSSOServiceRolePolicy',
    description:
      'Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.',
  },
  'stacksets.cloudformation.amazonaws.com': {
    role: 'AWSServiceRoleForCloudFormationStackSetsOrgAdmin',
    policy: 'CloudFormationStackSetsOrgAdminServiceRolePolicy',
    description: 'Service linked role for CloudFormation StackSets (Organization Admin)',
  },
  'support.amazonaws.com': {
    role: 'AWSServiceRoleForSupport',
    policy: 'AWSSupportServiceRolePolicy',
    description: 'Enables resource access for AWS to provide billing, administrative and support services',
  },
  'trustedadvisor.amazonaws.com': {
    role: 'AWSServiceRoleForTrustedAdvisor',
    policy: 'AWSTrustedAdvisorServiceRolePolicy',
    description:
      'Access for the AWS Trusted Advisor Service to help reduce cost, increase performance, and improve security of your AWS environment.',
  },
};

/** undefined: a service of which we don't know that it has one. */
export const serviceLinkedTemplate = (service: string): Template | undefined =>
  Object.hasOwn(templates, service) ? templates[service] : undefined;

/** Roles that only AWS changes: service-linked ones, and those that IAM Identity Center makes. */
export const isProtected = ({ path }: { readonly path: string }): boolean =>
  path.startsWith('/aws-service-role/') || path.startsWith('/aws-reserved/');

/** AWS's words for a service-linked role whose name is another role's. */
export const nameTaken = (name: string): AwsError =>
  new AwsError(
    'InvalidInput',
    `Service role name ${name} has been taken in this account, please try a different suffix.`,
  );

/** Where the roles of one service are: what tells them from a role of the customer's that has their name. */
export const servicePath = (service: string): string => `/aws-service-role/${service}/`;

/**
 * The role that AWS makes when a service is first used, made now when it isn't there: for services, which make it
 * without the caller's permissions. undefined when the customer has given its name, which is unique in the account, to
 * a role of his own: that one isn't the service's, and nobody must trust it as if it were.
 * Throws when we know no such service (a bug of the service that asks).
 */
export function ensureServiceLinkedRole(
  store: Store,
  accountId: string,
  service: string,
  now: number,
): Role | undefined {
  const template = serviceLinkedTemplate(service);
  if (template === undefined) throw new Error(`${service} has no service-linked role here`);
  const known = store.account(accountId).roles.get(template.role);
  if (known !== undefined) return known.path === servicePath(service) ? known : undefined;
  const role = makeServiceLinkedRole(store, accountId, { service, now });
  store.generation++;
  return role;
}

export interface Wanted {
  readonly service: string;
  readonly now: number;
  readonly suffix?: string | undefined;
  readonly description?: string | undefined;
}

export const serviceLinkedName = (template: Template, suffix: string | undefined): string =>
  suffix === undefined ? template.role : `${template.role}_${suffix}`;

/** The caller has looked that the service is known and the name is free. */
export function makeServiceLinkedRole(store: Store, accountId: string, wanted: Wanted): Role {
  const { service, now, suffix, description } = wanted;
  const template = serviceLinkedTemplate(service);
  const account = store.account(accountId);
  if (template === undefined) throw new Error(`${service} has no service-linked role here`);
  const name = serviceLinkedName(template, suffix);
  const path = servicePath(service);
  const shown = description ?? template.description;
  const role: Role = {
    kind: 'role',
    accountId,
    name,
    path,
    arn: roleArn('aws', accountId, name, path),
    id: uniqueId('AROA', store.random),
    createdAt: now,
    inline: new NameMap(),
    attached: new Set(),
    tags: new Map(),
    trust: Trust.save(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      }),
      store,
    ),
    ...(shown !== undefined && { description: shown }),
    maxSessionDuration: 3_600,
    profiles: new Set(),
  };
  const policy = store.policy(account, `arn:aws:iam::aws:policy/aws-service-role/${template.policy}`);
  // INVARIANT: the templates name policies that the catalogue has (a test looks).
  if (policy === undefined) throw new Error(`${template.policy} is unknown`);
  role.attached.add(policy);
  policy.attachedTo.add(role);
  account.roles.set(name, role);
  store.roles.set(role.id, role);
  return role;
}

/** For the test that holds the table to the catalogue of policies. */
export const linkedServices: readonly string[] = Object.keys(templates);
