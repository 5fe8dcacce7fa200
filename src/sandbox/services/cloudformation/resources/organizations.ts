import type { Json, JsonObject } from '../model.ts';
import { tagChanges, tagsOf } from './tags.ts';
import {
  documentText,
  list,
  pick,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from './types.ts';

const UNIT_GONE = ['OrganizationalUnitNotFoundException'];
const POLICY_GONE = ['PolicyNotFoundException'];

function syncTags(ResourceId: string, values: Values, before: Values, context: ResourceContext): void {
  const { set, removed } = tagChanges(values, before, context);
  if (removed.length > 0) context.api('organizations', 'UntagResource', { ResourceId, TagKeys: removed });
  if (set.length > 0) context.api('organizations', 'TagResource', { ResourceId, Tags: set });
}

const readTags = (ResourceId: string, context: ResourceContext): Json =>
  (context.api('organizations', 'ListTagsForResource', { ResourceId }).Tags ?? []) as unknown as Json;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organizationalunit.html */
const organizationalUnit: ResourceType = {
  type: 'AWS::Organizations::OrganizationalUnit',
  attributes: ['Arn', 'Id'],
  properties: {
    Name: { kind: 'string', required: true },
    ParentId: { kind: 'string', required: true, update: 'replace' },
    Tags: { kind: 'tags' },
  },
  create(values, context) {
    const { OrganizationalUnit: unit } = context.api('organizations', 'CreateOrganizationalUnit', {
      ...pick(values, 'Name', 'ParentId'),
      Tags: tagsOf(values, context.tags),
    }) as { OrganizationalUnit: { Id: string; Arn: string } };
    return { physicalId: unit.Id, attributes: { Arn: unit.Arn, Id: unit.Id } };
  },
  update(OrganizationalUnitId, values, before, context) {
    if (values.Name !== before.Name) {
      context.api('organizations', 'UpdateOrganizationalUnit', { OrganizationalUnitId, Name: values.Name });
    }
    syncTags(OrganizationalUnitId, values, before, context);
    return undefined;
  },
  remove(OrganizationalUnitId, _values, context) {
    context.apiUnless(UNIT_GONE, 'organizations', 'DeleteOrganizationalUnit', { OrganizationalUnitId });
  },
  read(OrganizationalUnitId, values, context) {
    const found = context.apiUnless(UNIT_GONE, 'organizations', 'DescribeOrganizationalUnit', {
      OrganizationalUnitId,
    });
    if (found === undefined) return undefined;
    const { Parents } = context.api('organizations', 'ListParents', { ChildId: OrganizationalUnitId });
    const [parent] = (Parents ?? []) as readonly { Id: string }[];
    return {
      ...pick(found.OrganizationalUnit as JsonObject, 'Name'),
      ParentId: parent?.Id ?? values.ParentId ?? '',
      Tags: readTags(OrganizationalUnitId, context),
    };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html */
const policy: ResourceType = {
  type: 'AWS::Organizations::Policy',
  attributes: ['Arn', 'AwsManaged', 'Id'],
  properties: {
    Content: { kind: 'json', required: true },
    Description: { kind: 'string' },
    Name: { kind: 'string', required: true },
    Tags: { kind: 'tags' },
    TargetIds: { kind: 'strings' },
    Type: { kind: 'string', required: true, update: 'replace' },
  },
  create(values, context) {
    const { Policy } = context.api('organizations', 'CreatePolicy', {
      ...pick(values, 'Name', 'Type'),
      Content: documentText(values.Content),
      Description: values.Description ?? '',
      Tags: tagsOf(values, context.tags),
    }) as { Policy: { PolicySummary: { Id: string; Arn: string } } };
    const { Id, Arn } = Policy.PolicySummary;
    context.made(Id);
    syncTargets(Id, values, {}, context);
    return { physicalId: Id, attributes: { Arn, AwsManaged: 'false', Id } };
  },
  update(PolicyId, values, before, context) {
    if (!['Name', 'Description', 'Content'].every((one) => same(values[one], before[one]))) {
      context.api('organizations', 'UpdatePolicy', {
        PolicyId,
        Name: values.Name,
        Description: values.Description ?? '',
        Content: documentText(values.Content),
      });
    }
    syncTargets(PolicyId, values, before, context);
    syncTags(PolicyId, values, before, context);
    return undefined;
  },
  remove(PolicyId, values, context) {
    if (context.apiUnless(POLICY_GONE, 'organizations', 'DescribePolicy', { PolicyId }) === undefined) return;
    syncTargets(PolicyId, {}, values, context);
    context.apiUnless(POLICY_GONE, 'organizations', 'DeletePolicy', { PolicyId });
  },
  read(PolicyId, _values, context) {
    const found = context.apiUnless(POLICY_GONE, 'organizations', 'DescribePolicy', { PolicyId });
    if (found === undefined) return undefined;
    const { PolicySummary, Content } = found.Policy as { PolicySummary: JsonObject; Content: string };
    const { Targets } = context.api('organizations', 'ListTargetsForPolicy', { PolicyId });
    return {
      ...pick(PolicySummary, 'Name', 'Description', 'Type'),
      Content: JSON.parse(Content) as Json,
      TargetIds: ((Targets ?? []) as readonly { TargetId: string }[]).map(({ TargetId }) => text(TargetId)),
      Tags: readTags(PolicyId, context),
    };
  },
};

function syncTargets(PolicyId: string, values: Values, before: Values, context: ResourceContext): void {
  const [now, old] = [list(values.TargetIds), list(before.TargetIds)];
  for (const TargetId of now) {
    if (!old.includes(TargetId)) context.api('organizations', 'AttachPolicy', { PolicyId, TargetId });
  }
  const gone = ['PolicyNotAttachedException', 'TargetNotFoundException'];
  for (const TargetId of old) {
    if (!now.includes(TargetId)) {
      context.apiUnless(gone, 'organizations', 'DetachPolicy', { PolicyId, TargetId });
    }
  }
}

export const organizationsTypes: readonly ResourceType[] = [organizationalUnit, policy];
