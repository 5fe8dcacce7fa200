import type { JsonObject } from '../../model.ts';
import { list, pick, type ResourceType, text } from '../types.ts';
import { GONE, group, policyProperties, readPolicies, syncPolicies } from './holder.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html */
export const iamGroup: ResourceType = {
  type: 'AWS::IAM::Group',
  nameProperty: 'GroupName',
  attributes: ['Arn'],
  properties: {
    GroupName: { kind: 'string', update: 'replace' },
    ...policyProperties,
    Path: { kind: 'string' },
  },
  create(values, context) {
    const GroupName = text(values.GroupName) || context.generatedName(128);
    const { Group } = context.api('iam', 'CreateGroup', { ...pick(values, 'Path'), GroupName }) as {
      Group: { Arn: string };
    };
    context.made(GroupName);
    syncPolicies(group, GroupName, values, {}, context);
    return { physicalId: GroupName, attributes: { Arn: Group.Arn } };
  },
  update(GroupName, values, before, context) {
    if (values.Path !== before.Path) {
      context.api('iam', 'UpdateGroup', { GroupName, NewPath: values.Path ?? '/' });
    }
    syncPolicies(group, GroupName, values, before, context);
    return this.attributesOf?.(GroupName, values, context);
  },
  remove(GroupName, values, context) {
    if (context.apiUnless(GONE, 'iam', 'GetGroup', { GroupName }) === undefined) return;
    syncPolicies(group, GroupName, {}, values, context);
    context.apiUnless(GONE, 'iam', 'DeleteGroup', { GroupName });
  },
  read(GroupName, _values, context) {
    const found = context.apiUnless(GONE, 'iam', 'GetGroup', { GroupName });
    if (found === undefined) return undefined;
    return {
      ...pick(found.Group as JsonObject, 'GroupName', 'Path'),
      ...readPolicies(group, GroupName, context),
    };
  },
  attributesOf(GroupName, _values, context) {
    const { Group } = context.api('iam', 'GetGroup', { GroupName }) as { Group: { Arn: string } };
    return { Arn: Group.Arn };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html */
export const iamUserToGroupAddition: ResourceType = {
  type: 'AWS::IAM::UserToGroupAddition',
  properties: {
    GroupName: { kind: 'string', required: true },
    Users: { kind: 'strings', required: true },
  },
  create(values, context) {
    const GroupName = text(values.GroupName);
    const physicalId = context.generatedName(128);
    context.made(physicalId);
    for (const UserName of list(values.Users)) context.api('iam', 'AddUserToGroup', { GroupName, UserName });
    return { physicalId };
  },
  update(_id, values, before, context) {
    const key = (of: typeof values) =>
      list(of.Users).map((UserName) => [text(of.GroupName), UserName] as const);
    const [now, old] = [key(values), key(before)];
    const has = (all: typeof now, [g, u]: readonly [string, string]) =>
      all.some((x) => x[0] === g && x[1] === u);
    for (const [GroupName, UserName] of now.filter((one) => !has(old, one))) {
      context.api('iam', 'AddUserToGroup', { GroupName, UserName });
    }
    for (const [GroupName, UserName] of old.filter((one) => !has(now, one))) {
      context.apiUnless(GONE, 'iam', 'RemoveUserFromGroup', { GroupName, UserName });
    }
    return undefined;
  },
  remove(_id, values, context) {
    const GroupName = text(values.GroupName);
    for (const UserName of list(values.Users)) {
      context.apiUnless(GONE, 'iam', 'RemoveUserFromGroup', { GroupName, UserName });
    }
  },
};
