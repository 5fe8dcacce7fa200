import type { JsonObject } from '../../model.ts';
import { tagsOf } from '../tags.ts';
import { list, pick, type ResourceContext, type ResourceType, same, text, type Values } from '../types.ts';
import { GONE, syncTags } from './holder.ts';

/** The secret is kept for Fn::GetAtt, as CloudFormation keeps it. */
export const iamAccessKey: ResourceType = {
  type: 'AWS::IAM::AccessKey',
  attributes: ['SecretAccessKey'],
  properties: {
    Serial: { kind: 'number', update: 'replace', writeOnly: true },
    Status: { kind: 'string' },
    UserName: { kind: 'string', required: true, update: 'replace' },
  },
  create(values, context) {
    const { UserName } = values;
    const { AccessKey: key } = context.api('iam', 'CreateAccessKey', { UserName }) as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    context.made(key.AccessKeyId);
    if (values.Status === 'Inactive') {
      context.api('iam', 'UpdateAccessKey', { UserName, AccessKeyId: key.AccessKeyId, Status: 'Inactive' });
    }
    return { physicalId: key.AccessKeyId, attributes: { SecretAccessKey: key.SecretAccessKey } };
  },
  update(AccessKeyId, values, _before, context) {
    const { UserName, Status = 'Active' } = values;
    context.api('iam', 'UpdateAccessKey', { UserName, AccessKeyId, Status });
    return undefined;
  },
  remove(AccessKeyId, { UserName }, context) {
    context.apiUnless(GONE, 'iam', 'DeleteAccessKey', { UserName, AccessKeyId });
  },
  read(AccessKeyId, { UserName }, context) {
    const found = context.apiUnless(GONE, 'iam', 'ListAccessKeys', { UserName });
    const keys = (found?.AccessKeyMetadata ?? []) as readonly { AccessKeyId: string; Status: string }[];
    const key = keys.find((one) => one.AccessKeyId === AccessKeyId);
    return key && { UserName: UserName ?? '', Status: key.Status };
  },
};

export const iamInstanceProfile: ResourceType = {
  type: 'AWS::IAM::InstanceProfile',
  nameProperty: 'InstanceProfileName',
  attributes: ['Arn'],
  properties: {
    InstanceProfileName: { kind: 'string', update: 'replace' },
    Path: { kind: 'string', update: 'replace' },
    Roles: { kind: 'strings', required: true },
  },
  create(values, context) {
    const InstanceProfileName = text(values.InstanceProfileName) || context.generatedName(128);
    const { InstanceProfile } = context.api('iam', 'CreateInstanceProfile', {
      ...pick(values, 'Path'),
      InstanceProfileName,
    }) as { InstanceProfile: { Arn: string } };
    context.made(InstanceProfileName);
    profileRoles(InstanceProfileName, values, {}, context);
    return { physicalId: InstanceProfileName, attributes: { Arn: InstanceProfile.Arn } };
  },
  update(name, values, before, context) {
    profileRoles(name, values, before, context);
    return undefined;
  },
  remove(InstanceProfileName, values, context) {
    if (context.apiUnless(GONE, 'iam', 'GetInstanceProfile', { InstanceProfileName }) === undefined) return;
    profileRoles(InstanceProfileName, {}, values, context);
    context.apiUnless(GONE, 'iam', 'DeleteInstanceProfile', { InstanceProfileName });
  },
  read(InstanceProfileName, _values, context) {
    const found = context.apiUnless(GONE, 'iam', 'GetInstanceProfile', { InstanceProfileName });
    if (found === undefined) return undefined;
    const profile = found.InstanceProfile as { Roles: readonly { RoleName: string }[] } & JsonObject;
    return {
      ...pick(profile, 'InstanceProfileName', 'Path'),
      Roles: profile.Roles.map(({ RoleName }) => RoleName),
    };
  },
};

function profileRoles(
  InstanceProfileName: string,
  values: Values,
  before: Values,
  context: ResourceContext,
): void {
  const [now, old] = [list(values.Roles), list(before.Roles)];
  for (const RoleName of old) {
    if (now.includes(RoleName)) continue;
    context.apiUnless(GONE, 'iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
  }
  for (const RoleName of now) {
    if (!old.includes(RoleName)) {
      context.api('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
    }
  }
}

export const iamServiceLinkedRole: ResourceType = {
  type: 'AWS::IAM::ServiceLinkedRole',
  attributes: ['RoleName'],
  properties: {
    AWSServiceName: { kind: 'string', required: true, update: 'replace' },
    CustomSuffix: { kind: 'string', update: 'replace' },
    Description: { kind: 'string' },
  },
  create(values, context) {
    const { Role } = context.api('iam', 'CreateServiceLinkedRole', {
      ...pick(values, 'AWSServiceName', 'CustomSuffix', 'Description'),
    }) as { Role: { RoleName: string } };
    return { physicalId: Role.RoleName, attributes: { RoleName: Role.RoleName } };
  },
  update(RoleName, { Description = '' }, _before, context) {
    context.api('iam', 'UpdateRole', { RoleName, Description });
    return { RoleName };
  },
  remove(RoleName, _values, context) {
    context.apiUnless(GONE, 'iam', 'DeleteServiceLinkedRole', { RoleName });
  },
};

export const iamOidcProvider: ResourceType = {
  type: 'AWS::IAM::OIDCProvider',
  attributes: ['Arn'],
  properties: {
    ClientIdList: { kind: 'strings' },
    Tags: { kind: 'tags' },
    ThumbprintList: { kind: 'strings' },
    Url: { kind: 'string', update: 'replace' },
  },
  create(values, context) {
    const Tags = tagsOf(values, context.tags);
    const { OpenIDConnectProviderArn: arn } = context.api('iam', 'CreateOpenIDConnectProvider', {
      Url: values.Url,
      ClientIDList: values.ClientIdList,
      ThumbprintList: values.ThumbprintList,
      ...(Tags.length > 0 && { Tags }),
    });
    return { physicalId: String(arn), attributes: { Arn: String(arn) } };
  },
  update(OpenIDConnectProviderArn, values, before, context) {
    const [now, old] = [list(values.ClientIdList), list(before.ClientIdList)];
    for (const ClientID of now.filter((id) => !old.includes(id))) {
      context.api('iam', 'AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID });
    }
    for (const ClientID of old.filter((id) => !now.includes(id))) {
      context.api('iam', 'RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID });
    }
    if (!same(values.ThumbprintList, before.ThumbprintList)) {
      const ThumbprintList = list(values.ThumbprintList);
      context.api('iam', 'UpdateOpenIDConnectProviderThumbprint', {
        OpenIDConnectProviderArn,
        ThumbprintList,
      });
    }
    const key = 'OpenIDConnectProviderArn';
    syncTags('OpenIDConnectProvider', key, OpenIDConnectProviderArn, values, before, context);
    return undefined;
  },
  remove(OpenIDConnectProviderArn, _values, context) {
    context.apiUnless(GONE, 'iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
};

export const iamSamlProvider: ResourceType = {
  type: 'AWS::IAM::SAMLProvider',
  nameProperty: 'Name',
  attributes: ['Arn'],
  properties: {
    Name: { kind: 'string', update: 'replace' },
    SamlMetadataDocument: { kind: 'string', required: true },
    Tags: { kind: 'tags' },
  },
  create(values, context) {
    const Tags = tagsOf(values, context.tags);
    const { SAMLProviderArn: arn } = context.api('iam', 'CreateSAMLProvider', {
      Name: text(values.Name) || context.generatedName(128),
      SAMLMetadataDocument: values.SamlMetadataDocument,
      ...(Tags.length > 0 && { Tags }),
    });
    return { physicalId: String(arn), attributes: { Arn: String(arn) } };
  },
  update(SAMLProviderArn, values, before, context) {
    if (values.SamlMetadataDocument !== before.SamlMetadataDocument) {
      const SAMLMetadataDocument = values.SamlMetadataDocument;
      context.api('iam', 'UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument });
    }
    syncTags('SAMLProvider', 'SAMLProviderArn', SAMLProviderArn, values, before, context);
    return undefined;
  },
  remove(SAMLProviderArn, _values, context) {
    context.apiUnless(GONE, 'iam', 'DeleteSAMLProvider', { SAMLProviderArn });
  },
};

export const iamVirtualMfaDevice: ResourceType = {
  type: 'AWS::IAM::VirtualMFADevice',
  nameProperty: 'VirtualMfaDeviceName',
  attributes: ['SerialNumber'],
  properties: {
    Path: { kind: 'string', update: 'replace' },
    Tags: { kind: 'tags' },
    Users: { kind: 'strings', required: true },
    VirtualMfaDeviceName: { kind: 'string', update: 'replace' },
  },
  create(values, context) {
    const Tags = tagsOf(values, context.tags);
    const { VirtualMFADevice: device } = context.api('iam', 'CreateVirtualMFADevice', {
      ...pick(values, 'Path'),
      VirtualMFADeviceName: text(values.VirtualMfaDeviceName) || context.generatedName(64),
      ...(Tags.length > 0 && { Tags }),
    }) as { VirtualMFADevice: { SerialNumber: string } };
    return { physicalId: device.SerialNumber, attributes: { SerialNumber: device.SerialNumber } };
  },
  update(serial, values, before, context) {
    syncTags('MFADevice', 'SerialNumber', serial, values, before, context);
    return undefined;
  },
  remove(SerialNumber, _values, context) {
    context.apiUnless(GONE, 'iam', 'DeleteVirtualMFADevice', { SerialNumber });
  },
};
