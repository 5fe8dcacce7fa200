import type { JsonObject } from '../../model.ts';
import { tagsOf } from '../tags.ts';
import { list, pick, type ResourceContext, type ResourceType, same, text, type Values } from '../types.ts';
import {
  GONE,
  policyProperties,
  readPolicies,
  syncBoundary,
  syncPolicies,
  syncTags,
  user,
} from './holder.ts';

function syncGroups(UserName: string, values: Values, before: Values, context: ResourceContext): void {
  const [now, old] = [list(values.Groups), list(before.Groups)];
  for (const GroupName of now) {
    if (!old.includes(GroupName)) context.api('iam', 'AddUserToGroup', { UserName, GroupName });
  }
  for (const GroupName of old) {
    if (now.includes(GroupName)) continue;
    context.apiUnless(GONE, 'iam', 'RemoveUserFromGroup', { UserName, GroupName });
  }
}

function syncLogin(UserName: string, values: Values, before: Values, context: ResourceContext): void {
  if (same(values.LoginProfile, before.LoginProfile)) return;
  const profile = values.LoginProfile as JsonObject | undefined;
  if (profile === undefined) context.apiUnless(GONE, 'iam', 'DeleteLoginProfile', { UserName });
  else {
    const call = before.LoginProfile === undefined ? 'CreateLoginProfile' : 'UpdateLoginProfile';
    context.api('iam', call, { UserName, ...profile });
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html */
export const iamUser: ResourceType = {
  type: 'AWS::IAM::User',
  nameProperty: 'UserName',
  attributes: ['Arn'],
  properties: {
    Groups: { kind: 'strings' },
    LoginProfile: {
      kind: 'object',
      writeOnly: true,
      of: { Password: { kind: 'string', required: true }, PasswordResetRequired: { kind: 'boolean' } },
    },
    ...policyProperties,
    Path: { kind: 'string' },
    PermissionsBoundary: { kind: 'string' },
    Tags: { kind: 'tags' },
    UserName: { kind: 'string', update: 'replace' },
  },
  create(values, context) {
    const UserName = text(values.UserName) || context.generatedName(64);
    const Tags = tagsOf(values, context.tags);
    const { User } = context.api('iam', 'CreateUser', {
      ...pick(values, 'Path', 'PermissionsBoundary'),
      UserName,
      ...(Tags.length > 0 && { Tags }),
    }) as { User: { Arn: string } };
    context.made(UserName);
    syncGroups(UserName, values, {}, context);
    syncPolicies(user, UserName, values, {}, context);
    syncLogin(UserName, values, {}, context);
    return { physicalId: UserName, attributes: { Arn: User.Arn } };
  },
  update(UserName, values, before, context) {
    if (values.Path !== before.Path) {
      context.api('iam', 'UpdateUser', { UserName, NewPath: values.Path ?? '/' });
    }
    syncBoundary(user, UserName, values, before, context);
    syncGroups(UserName, values, before, context);
    syncPolicies(user, UserName, values, before, context);
    syncLogin(UserName, values, before, context);
    syncTags('User', 'UserName', UserName, values, before, context);
    return this.attributesOf?.(UserName, values, context);
  },
  remove(UserName, values, context) {
    if (context.apiUnless(GONE, 'iam', 'GetUser', { UserName }) === undefined) return;
    syncGroups(UserName, {}, values, context);
    syncPolicies(user, UserName, {}, values, context);
    syncLogin(UserName, {}, values, context);
    context.apiUnless(GONE, 'iam', 'DeleteUser', { UserName });
  },
  read(UserName, _values, context) {
    const found = context.apiUnless(GONE, 'iam', 'GetUser', { UserName });
    if (found === undefined) return undefined;
    const User = found.User as JsonObject;
    const boundary = User.PermissionsBoundary as JsonObject | undefined;
    const groups = context.api('iam', 'ListGroupsForUser', { UserName, MaxItems: 1000 });
    return {
      ...pick(User, 'UserName', 'Path'),
      ...(boundary?.PermissionsBoundaryArn !== undefined && {
        PermissionsBoundary: boundary.PermissionsBoundaryArn,
      }),
      Tags: User.Tags ?? [],
      Groups: (groups.Groups as readonly { GroupName: string }[]).map(({ GroupName }) => GroupName),
      ...readPolicies(user, UserName, context),
    };
  },
  attributesOf(UserName, _values, context) {
    const { User } = context.api('iam', 'GetUser', { UserName }) as { User: { Arn: string } };
    return { Arn: User.Arn };
  },
};
