import type { Json, JsonObject } from '../../model.ts';
import { tagsOf } from '../tags.ts';
import {
  documentText,
  list,
  pick,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from '../types.ts';
import { decodedDocument, GONE, group, type Holder, role, syncTags, user } from './holder.ts';

const holders: readonly [property: string, holder: Holder][] = [
  ['Roles', role],
  ['Users', user],
  ['Groups', group],
];

function syncHolders(PolicyArn: string, values: Values, before: Values, context: ResourceContext): void {
  for (const [property, { kind, key }] of holders) {
    const [now, old] = [list(values[property]), list(before[property])];
    for (const name of now) {
      if (!old.includes(name)) context.api('iam', `Attach${kind}Policy`, { [key]: name, PolicyArn });
    }
    for (const name of old) {
      if (!now.includes(name))
        context.apiUnless(GONE, 'iam', `Detach${kind}Policy`, { [key]: name, PolicyArn });
    }
  }
}

type Version = { readonly VersionId: string; readonly IsDefaultVersion: boolean };
const versionsOf = (PolicyArn: string, context: ResourceContext): readonly Version[] =>
  context.api('iam', 'ListPolicyVersions', { PolicyArn }).Versions as readonly Version[];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
export const iamManagedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  nameProperty: 'ManagedPolicyName',
  attributes: [
    'PolicyArn',
    'PolicyId',
    'AttachmentCount',
    'CreateDate',
    'DefaultVersionId',
    'IsAttachable',
    'PermissionsBoundaryUsageCount',
    'UpdateDate',
  ],
  properties: {
    Description: { kind: 'string', update: 'replace' },
    Groups: { kind: 'strings' },
    ManagedPolicyName: { kind: 'string', update: 'replace' },
    Path: { kind: 'string', update: 'replace' },
    PolicyDocument: { kind: 'json', required: true },
    Roles: { kind: 'strings' },
    Tags: { kind: 'tags' },
    Users: { kind: 'strings' },
  },
  create(values, context) {
    const Tags = tagsOf(values, context.tags);
    const { Policy } = context.api('iam', 'CreatePolicy', {
      ...pick(values, 'Description', 'Path'),
      PolicyName: text(values.ManagedPolicyName) || context.generatedName(128),
      PolicyDocument: documentText(values.PolicyDocument),
      ...(Tags.length > 0 && { Tags }),
    }) as { Policy: { Arn: string } };
    context.made(Policy.Arn);
    syncHolders(Policy.Arn, values, {}, context);
    return { physicalId: Policy.Arn, attributes: attributes(Policy.Arn, context) };
  },
  update(PolicyArn, values, before, context) {
    if (!same(values.PolicyDocument, before.PolicyDocument)) {
      const versions = versionsOf(PolicyArn, context);
      const oldest = versions.filter((version) => !version.IsDefaultVersion).at(-1);
      if (versions.length >= 5 && oldest !== undefined) {
        context.api('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: oldest.VersionId });
      }
      const PolicyDocument = documentText(values.PolicyDocument);
      context.api('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    }
    syncHolders(PolicyArn, values, before, context);
    syncTags('Policy', 'PolicyArn', PolicyArn, values, before, context);
    return attributes(PolicyArn, context);
  },
  remove(PolicyArn, values, context) {
    if (context.apiUnless(GONE, 'iam', 'GetPolicy', { PolicyArn }) === undefined) return;
    syncHolders(PolicyArn, {}, values, context);
    for (const { VersionId, IsDefaultVersion } of versionsOf(PolicyArn, context)) {
      if (!IsDefaultVersion) context.api('iam', 'DeletePolicyVersion', { PolicyArn, VersionId });
    }
    context.apiUnless(GONE, 'iam', 'DeletePolicy', { PolicyArn });
  },
  read(PolicyArn, _values, context) {
    const found = context.apiUnless(GONE, 'iam', 'GetPolicy', { PolicyArn });
    if (found === undefined) return undefined;
    const Policy = found.Policy as JsonObject;
    const { PolicyVersion } = context.api('iam', 'GetPolicyVersion', {
      PolicyArn,
      VersionId: Policy.DefaultVersionId,
    }) as { PolicyVersion: { Document: string } };
    const entities = context.api('iam', 'ListEntitiesForPolicy', { PolicyArn, MaxItems: 1000 });
    const names = (member: string, key: string): Json =>
      ((entities[member] ?? []) as readonly Record<string, string>[]).map((one) => one[key] ?? '');
    return {
      ...pick(Policy, 'Description', 'Path'),
      ...(Policy.PolicyName !== undefined && { ManagedPolicyName: Policy.PolicyName }),
      PolicyDocument: decodedDocument(PolicyVersion.Document),
      Tags: Policy.Tags ?? [],
      Roles: names('PolicyRoles', 'RoleName'),
      Users: names('PolicyUsers', 'UserName'),
      Groups: names('PolicyGroups', 'GroupName'),
    };
  },
  attributesOf: (PolicyArn, _values, context) => attributes(PolicyArn, context),
};

function attributes(PolicyArn: string, context: ResourceContext): JsonObject {
  const { Policy } = context.api('iam', 'GetPolicy', { PolicyArn }) as { Policy: Record<string, unknown> };
  const shown = (value: unknown): Json =>
    value instanceof Date ? value.toISOString() : ((value ?? '') as Json);
  return {
    PolicyArn,
    ...Object.fromEntries(
      [
        'PolicyId',
        'AttachmentCount',
        'CreateDate',
        'DefaultVersionId',
        'IsAttachable',
        'PermissionsBoundaryUsageCount',
        'UpdateDate',
      ].map((name) => [name, shown(Policy[name])]),
    ),
  };
}
