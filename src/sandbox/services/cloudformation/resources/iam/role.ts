import type { JsonObject } from '../../model.ts';
import { tagsOf } from '../tags.ts';
import { documentText, pick, type ResourceType, same, text } from '../types.ts';
import {
  decodedDocument,
  GONE,
  policyProperties,
  readPolicies,
  role,
  syncBoundary,
  syncPolicies,
  syncTags,
} from './holder.ts';

interface RoleShape {
  readonly Arn: string;
  readonly RoleId: string;
  readonly [member: string]: unknown;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const iamRole: ResourceType = {
  type: 'AWS::IAM::Role',
  nameProperty: 'RoleName',
  attributes: ['Arn', 'RoleId'],
  properties: {
    AssumeRolePolicyDocument: { kind: 'json', required: true },
    Description: { kind: 'string' },
    ...policyProperties,
    MaxSessionDuration: { kind: 'number' },
    Path: { kind: 'string', update: 'replace' },
    PermissionsBoundary: { kind: 'string' },
    RoleName: { kind: 'string', update: 'replace' },
    Tags: { kind: 'tags' },
  },
  create(values, context) {
    const RoleName = text(values.RoleName) || context.generatedName(64);
    const Tags = tagsOf(values, context.tags);
    const { Role } = context.api('iam', 'CreateRole', {
      ...pick(values, 'Description', 'MaxSessionDuration', 'Path', 'PermissionsBoundary'),
      RoleName,
      AssumeRolePolicyDocument: documentText(values.AssumeRolePolicyDocument),
      ...(Tags.length > 0 && { Tags }),
    }) as { Role: RoleShape };
    context.made(RoleName);
    syncPolicies(role, RoleName, values, {}, context);
    return { physicalId: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
  update(RoleName, values, before, context) {
    if (!same(values.AssumeRolePolicyDocument, before.AssumeRolePolicyDocument)) {
      const PolicyDocument = documentText(values.AssumeRolePolicyDocument);
      context.api('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    }
    if (
      values.Description !== before.Description ||
      values.MaxSessionDuration !== before.MaxSessionDuration
    ) {
      context.api('iam', 'UpdateRole', {
        RoleName,
        Description: values.Description ?? '',
        MaxSessionDuration: values.MaxSessionDuration ?? 3600,
      });
    }
    syncBoundary(role, RoleName, values, before, context);
    syncPolicies(role, RoleName, values, before, context);
    syncTags('Role', 'RoleName', RoleName, values, before, context);
    return undefined;
  },
  remove(RoleName, values, context) {
    if (context.apiUnless(GONE, 'iam', 'GetRole', { RoleName }) === undefined) return;
    syncPolicies(role, RoleName, {}, values, context);
    context.apiUnless(GONE, 'iam', 'DeleteRole', { RoleName });
  },
  read(RoleName, _values, context) {
    const found = context.apiUnless(GONE, 'iam', 'GetRole', { RoleName }) as { Role: RoleShape } | undefined;
    if (found === undefined) return undefined;
    const { Role } = found;
    const boundary = Role.PermissionsBoundary as { PermissionsBoundaryArn?: string } | undefined;
    return {
      ...(pick(
        Role as unknown as JsonObject,
        'RoleName',
        'Path',
        'Description',
        'MaxSessionDuration',
      ) as JsonObject),
      AssumeRolePolicyDocument: decodedDocument(Role.AssumeRolePolicyDocument),
      ...(boundary?.PermissionsBoundaryArn !== undefined && {
        PermissionsBoundary: boundary.PermissionsBoundaryArn,
      }),
      Tags: (Role.Tags ?? []) as unknown as JsonObject[],
      ...readPolicies(role, RoleName, context),
    };
  },
  attributesOf(RoleName, _values, context) {
    const { Role } = context.api('iam', 'GetRole', { RoleName }) as { Role: RoleShape };
    return { Arn: Role.Arn, RoleId: Role.RoleId };
  },
};
