import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metadata } from '../../src/sandbox/services/sts/saml/testing/idp.ts';
import { allow, type CliWorld, cliWorld, hasCli, keyOf, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const trust = (principal: object) =>
  policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });

describe.runIf(hasCli)('the AWS CLI on IAM', () => {
  let world: CliWorld;
  let aws: Shell;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
  });
  afterAll(() => world.close());

  it('makes people, groups and roles, and lists them page by page', async () => {
    for (const name of ['ann', 'bob', 'cy'])
      await aws.ok(`iam create-user --user-name ${name} --path /staff/`);
    expect(await aws.refused('iam create-user --user-name ann')).toBe('EntityAlreadyExists');
    await aws.ok('iam tag-user --user-name ann --tags Key=team,Value=red');
    await aws.ok('iam create-group --group-name admins');
    await aws.ok('iam add-user-to-group --group-name admins --user-name ann');
    await aws.ok(
      'iam attach-group-policy --group-name admins --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess',
    );
    await aws.ok(
      'iam create-role --role-name app --assume-role-policy-document',
      trust({ Service: 'ec2.amazonaws.com' }),
    );
    const first = await aws.ok('iam list-users --path-prefix /staff/ --page-size 1 --max-items 2');
    expect(first.Users.map(({ UserName }: { UserName: string }) => UserName)).toEqual(['ann', 'bob']);
    const rest = await aws.ok(`iam list-users --path-prefix /staff/ --starting-token ${first.NextToken}`);
    expect(rest.Users.map(({ UserName }: { UserName: string }) => UserName)).toEqual(['cy']);
    const names = await aws.text('iam list-users --page-size 1 --output text --query', 'Users[].UserName');
    expect(names.trim().split(/\s+/)).toEqual(['ann', 'bob', 'cy']);
    const group = await aws.ok('iam get-group --group-name admins --page-size 1');
    expect(group.Users).toHaveLength(1);
    const managed = await aws.ok('iam list-policies --scope AWS --page-size 500 --query', 'length(Policies)');
    expect(managed).toBeGreaterThan(1000);
  });

  it('keeps versions of a policy, at most five', async () => {
    const { Policy } = await aws.ok(
      'iam create-policy --policy-name work --policy-document',
      policy(allow('iam:GetUser')),
    );
    const arn = Policy.Arn;
    writeFileSync(join(world.folder, 'v.json'), policy(allow(['iam:GetUser', 'iam:ListUsers'])));
    const create = `iam create-policy-version --policy-arn ${arn} --policy-document file://v.json`;
    for (let version = 2; version <= 5; version++) await aws.ok(`${create} --set-as-default`);
    expect(await aws.refused(create)).toBe('LimitExceeded');
    expect(await aws.refused(`iam delete-policy-version --policy-arn ${arn} --version-id v5`)).toBe(
      'DeleteConflict',
    );
    await aws.ok(`iam set-default-policy-version --policy-arn ${arn} --version-id v1`);
    await aws.ok(`iam delete-policy-version --policy-arn ${arn} --version-id v5`);
    const versions = await aws.ok(`iam list-policy-versions --policy-arn ${arn} --page-size 2`);
    expect(versions.Versions).toHaveLength(4);
    await aws.ok(`iam attach-user-policy --user-name bob --policy-arn ${arn}`);
    const used = await aws.ok(`iam list-entities-for-policy --policy-arn ${arn} --page-size 1`);
    expect(used.PolicyUsers[0].UserName).toBe('bob');
    expect(
      await aws.refused('iam create-policy --policy-name bad --policy-document', '{"Statement": []'),
    ).toBe('MalformedPolicyDocument');
  });

  it('gives keys that work until they are inactive, and says when they were used', async () => {
    const bob = aws.as(keyOf((await aws.ok('iam create-access-key --user-name bob')).AccessKey));
    expect((await bob.ok('iam get-user')).User.UserName).toBe('bob');
    expect(await bob.refused('iam list-users')).toBe('AccessDenied');
    const { AccessKeyMetadata } = await aws.ok('iam list-access-keys --user-name bob');
    const id = AccessKeyMetadata[0].AccessKeyId;
    const { AccessKeyLastUsed } = await aws.ok(`iam get-access-key-last-used --access-key-id ${id}`);
    expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' });
    await aws.ok(`iam update-access-key --user-name bob --access-key-id ${id} --status Inactive`);
    expect(await bob.refused('iam get-user')).toBe('InvalidClientTokenId');
  });

  it('enrols a phone by picture or seed, with two codes in a row', async () => {
    const make = 'iam create-virtual-mfa-device --virtual-mfa-device-name';
    await aws.ok(`${make} picture --outfile qr.png --bootstrap-method QRCodePNG`);
    expect(readFileSync(join(world.folder, 'qr.png')).subarray(1, 4).toString()).toBe('PNG');
    const device = await aws.ok(`${make} phone --outfile seed.txt --bootstrap-method Base32StringSeed`);
    const serial = device.VirtualMFADevice.SerialNumber;
    const seed = readFileSync(join(world.folder, 'seed.txt'), 'utf8');
    const both = async (from: number) =>
      `--serial-number ${serial} --authentication-code1 ${await world.code(seed, from)} --authentication-code2 ${await world.code(seed, from + 1)}`;
    const enable = 'iam enable-mfa-device --user-name ann';
    const swapped = `--serial-number ${serial} --authentication-code1 000000 --authentication-code2 000001`;
    expect(await aws.refused(`${enable} ${swapped}`)).toBe('InvalidAuthenticationCode');
    await aws.ok(`${enable} ${await both(-1)}`);
    await world.control.advance(60);
    await aws.ok(`iam resync-mfa-device --user-name ann ${await both(-1)}`);
    expect((await aws.ok('iam list-mfa-devices --user-name ann')).MFADevices).toHaveLength(1);
    const free = await aws.ok('iam list-virtual-mfa-devices --assignment-status Unassigned --page-size 1');
    expect(free.VirtualMFADevices[0].SerialNumber).toBe(`arn:aws:iam::${ME}:mfa/picture`);
    expect(await aws.refused(`iam delete-virtual-mfa-device --serial-number ${serial}`)).toBe(
      'DeleteConflict',
    );
  });

  it('holds passwords to the password policy, and has one alias', async () => {
    expect(await aws.refused('iam get-account-password-policy')).toBe('NoSuchEntity');
    await aws.ok(
      'iam update-account-password-policy --minimum-password-length 14 --require-symbols --max-password-age 90',
    );
    const { PasswordPolicy } = await aws.ok('iam get-account-password-policy');
    expect(PasswordPolicy).toMatchObject({
      MinimumPasswordLength: 14,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
    });
    const login = 'iam create-login-profile --user-name ann --password-reset-required --password';
    expect(await aws.refused(login, 'short')).toBe('PasswordPolicyViolation');
    await aws.ok(login, 'Long-enough-and-odd!');
    expect((await aws.ok('iam get-login-profile --user-name ann')).LoginProfile.PasswordResetRequired).toBe(
      true,
    );
    await aws.ok('iam create-account-alias --account-alias my-company');
    expect((await aws.ok('iam list-account-aliases --page-size 1')).AccountAliases).toEqual(['my-company']);
    expect((await aws.ok('iam get-account-summary')).SummaryMap.Users).toBe(3);
  });

  it('has instance profiles, service-linked roles and identity providers', async () => {
    await aws.ok('iam create-instance-profile --instance-profile-name app');
    await aws.ok('iam add-role-to-instance-profile --instance-profile-name app --role-name app');
    expect(await aws.refused('iam delete-role --role-name app')).toBe('DeleteConflict');
    const linked = await aws.ok(
      'iam create-service-linked-role --aws-service-name organizations.amazonaws.com',
    );
    expect(linked.Role.Path).toBe('/aws-service-role/organizations.amazonaws.com/');
    expect(await aws.refused(`iam delete-role --role-name ${linked.Role.RoleName}`)).toBe(
      'UnmodifiableEntity',
    );
    await aws.ok('iam create-saml-provider --name corp --saml-metadata-document', metadata);
    expect((await aws.ok('iam list-saml-providers')).SAMLProviderList).toHaveLength(1);
    expect(
      await aws.refused('iam create-saml-provider --name bad --saml-metadata-document', 'x'.repeat(1000)),
    ).toBe('InvalidInput');
    const github = 'https://token.actions.githubusercontent.com';
    const oidc = `iam create-open-id-connect-provider --url ${github} --client-id-list sts.amazonaws.com --thumbprint-list ${'a'.repeat(40)}`;
    const { OpenIDConnectProviderArn: arn } = await aws.ok(oidc);
    expect(await aws.refused(oidc)).toBe('EntityAlreadyExists');
    const shown = await aws.ok(`iam get-open-id-connect-provider --open-id-connect-provider-arn ${arn}`);
    expect(shown.ClientIDList).toEqual(['sts.amazonaws.com']);
  });
});
