import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metadata, response } from '../../src/sandbox/services/sts/saml/testing/idp.ts';
import { allow, type CliWorld, cliWorld, hasCli, keyOf, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const OTHER = '222222222222';
const ROLE = `arn:aws:iam::${OTHER}:role/reader`;

describe.runIf(hasCli)('the AWS CLI, getting sessions', () => {
  let world: CliWorld;
  let aws: Shell;
  let other: Shell;
  let ann: Shell;
  let serial: string;
  let seed: string;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
    other = await world.root(OTHER);
    await aws.ok('iam create-user --user-name ann');
    await aws.ok(
      'iam put-user-policy --user-name ann --policy-name own --policy-document',
      policy(allow(['sts:AssumeRole', 'sts:GetFederationToken', 's3:ListAllMyBuckets', 'iam:GetUser'])),
    );
    const device = await aws.ok(
      'iam create-virtual-mfa-device --virtual-mfa-device-name phone --outfile seed --bootstrap-method Base32StringSeed',
    );
    serial = device.VirtualMFADevice.SerialNumber;
    seed = readFileSync(join(world.folder, 'seed'), 'utf8');
    const codes = `--authentication-code1 ${await world.code(seed, -1)} --authentication-code2 ${await world.code(seed, 0)}`;
    await aws.ok(`iam enable-mfa-device --user-name ann --serial-number ${serial} ${codes}`);
    ann = aws.as(keyOf((await aws.ok('iam create-access-key --user-name ann')).AccessKey));
    await other.ok(
      'iam create-role --role-name reader --assume-role-policy-document',
      policy({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ME}:user/ann` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': 'ours' },
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        },
      }),
    );
    await other.ok(
      'iam attach-role-policy --role-name reader --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess',
    );
  });
  afterAll(() => world.close());

  /** A code that nothing has used. */
  const mfa = async () => {
    await world.control.advance(30);
    return `--serial-number ${serial} --token-code ${await world.code(seed, 0)}`;
  };

  it('enters a role with ExternalId and MFA, and not without', async () => {
    const assume = `sts assume-role --role-arn ${ROLE} --role-session-name tour --external-id`;
    expect(await ann.refused(`${assume} ours`)).toBe('AccessDenied');
    expect(await ann.refused(`${assume} theirs ${await mfa()}`)).toBe('AccessDenied');
    const entered = await ann.ok(`${assume} ours --duration-seconds 900 ${await mfa()}`);
    const inside = aws.as(keyOf(entered.Credentials));
    expect((await inside.ok('sts get-caller-identity')).Arn).toBe(
      `arn:aws:sts::${OTHER}:assumed-role/reader/tour`,
    );
    expect(await inside.ok('iam list-roles --query', 'Roles[].RoleName')).toContain('reader');
    expect(await inside.refused('iam delete-role --role-name reader')).toBe('AccessDenied');
    const who = await aws.ok(`sts get-access-key-info --access-key-id ${entered.Credentials.AccessKeyId}`);
    expect(who.Account).toBe(OTHER);
  });

  it('enters by a profile, as ~/.aws/config says', async () => {
    await other.ok(
      'iam create-role --role-name plain --assume-role-policy-document',
      policy({ Effect: 'Allow', Principal: { AWS: ME }, Action: 'sts:AssumeRole' }),
    );
    const config = `[profile there]\nrole_arn = arn:aws:iam::${OTHER}:role/plain\ncredential_source = Environment\n`;
    writeFileSync(join(world.folder, 'config'), config);
    const there = ann.with({ AWS_CONFIG_FILE: join(world.folder, 'config') });
    const { Arn } = await there.ok('sts get-caller-identity --profile there');
    expect(Arn).toMatch(`arn:aws:sts::${OTHER}:assumed-role/plain/botocore-session-`);
    expect(await there.refused('iam list-users --profile there')).toBe('AccessDenied');
  });

  it('gets session and federation tokens, which may not do everything', async () => {
    const session = aws.as(keyOf((await ann.ok(`sts get-session-token ${await mfa()}`)).Credentials));
    expect((await session.ok('iam get-user')).User.UserName).toBe('ann');
    const plain = aws.as(keyOf((await ann.ok('sts get-session-token')).Credentials));
    expect(await plain.refused('iam get-user')).toBe('InvalidClientTokenId');
    const made = await ann.ok(
      'sts get-federation-token --name guest --policy',
      policy(allow(['s3:ListAllMyBuckets', 's3:CreateBucket'])),
    );
    const guest = aws.as(keyOf(made.Credentials));
    expect((await guest.ok('sts get-caller-identity')).Arn).toBe(`arn:aws:sts::${ME}:federated-user/guest`);
    await guest.ok('s3api list-buckets');
    expect(await guest.refused('s3api create-bucket --bucket guests-bucket')).toBe('AccessDenied');
    expect(await plain.refused('sts get-session-token')).toBe('AccessDenied');
  });

  it('decodes what a refusal hides', async () => {
    const terminate = 'ec2 terminate-instances --instance-ids i-0123456789abcdef0';
    const hidden = /Encoded authorization failure message: (\S+)/.exec(await ann.complaint(terminate))?.[1];
    const decode = `sts decode-authorization-message --encoded-message ${hidden}`;
    expect(await ann.refused(decode)).toBe('AccessDenied');
    const decoded = JSON.parse((await aws.ok(decode)).DecodedMessage);
    expect(decoded).toMatchObject({ allowed: false, context: { action: 'ec2:TerminateInstances' } });
    expect(await aws.refused('sts decode-authorization-message --encoded-message garbage')).toBe(
      'InvalidAuthorizationMessageException',
    );
  });

  it('enters by an identity provider, without a key', async () => {
    await aws.ok('iam create-saml-provider --name corp --saml-metadata-document', metadata);
    const provider = `arn:aws:iam::${ME}:saml-provider/corp`;
    await aws.ok(
      'iam create-role --role-name sso --assume-role-policy-document',
      policy({ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithSAML' }),
    );
    const now = (await world.control.now()).getTime();
    const assume = `sts assume-role-with-saml --role-arn arn:aws:iam::${ME}:role/sso --principal-arn ${provider} --saml-assertion`;
    const assertion = (xml: string) => Buffer.from(xml).toString('base64');
    const says = { now, attributes: { Role: [`arn:aws:iam::${ME}:role/sso,${provider}`] } };
    const entered = await aws.ok(assume, assertion(response(says)));
    expect(entered.Subject).toBe('alice');
    const forged = response(says).replaceAll('alice', 'admin');
    expect(await aws.refused(assume, assertion(forged))).toBe('InvalidIdentityToken');
  });
});
