import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type CliWorld, cliWorld, hasCli, keyOf, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';

describe.runIf(hasCli)('the AWS CLI on an organization', () => {
  let world: CliWorld;
  let aws: Shell;
  let member: Shell;
  let id: string;
  let rootId: string;
  let prod: string;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
  });
  afterAll(() => world.close());

  it('begins with an organization, units and accounts in them', async () => {
    expect(await aws.refused('organizations list-roots')).toBe('AWSOrganizationsNotInUseException');
    await aws.ok('organizations create-organization --feature-set ALL');
    expect(await aws.refused('organizations create-organization')).toBe('AlreadyInOrganizationException');
    rootId = (await aws.ok('organizations list-roots')).Roots[0].Id;
    const unit = `organizations create-organizational-unit --parent-id ${rootId} --name`;
    prod = (await aws.ok(`${unit} Prod`)).OrganizationalUnit.Id;
    await aws.ok(`${unit} Dev`);
    expect(await aws.refused(`${unit} Prod`)).toBe('DuplicateOrganizationalUnitException');
    const { CreateAccountStatus: asked } = await aws.ok(
      'organizations create-account --email prod@example.com --account-name prod',
    );
    expect(asked.State).toBe('IN_PROGRESS');
    await world.control.advance(30);
    const { CreateAccountStatus: made } = await aws.ok(
      `organizations describe-create-account-status --create-account-request-id ${asked.Id}`,
    );
    expect(made.State).toBe('SUCCEEDED');
    id = made.AccountId;
    const move = `organizations move-account --account-id ${id} --source-parent-id ${rootId} --destination-parent-id ${prod}`;
    await aws.ok(move);
    expect(await aws.refused(move)).toBe('SourceParentNotFoundException');
    const listed = await aws.ok(`organizations list-accounts-for-parent --parent-id ${prod}`);
    expect(listed.Accounts.map(({ Id }: { Id: string }) => Id)).toEqual([id]);
    expect((await aws.ok(`organizations list-parents --child-id ${id}`)).Parents[0].Id).toBe(prod);
  });

  it('lists accounts and units page by page', async () => {
    const first = await aws.ok('organizations list-accounts --page-size 1 --max-items 1');
    expect(first.Accounts).toHaveLength(1);
    const rest = await aws.ok(`organizations list-accounts --starting-token ${first.NextToken}`);
    expect(rest.Accounts).toHaveLength(1);
    const units = await aws.ok(
      `organizations list-organizational-units-for-parent --parent-id ${rootId} --page-size 1`,
    );
    expect(units.OrganizationalUnits).toHaveLength(2);
    const children = `organizations list-children --parent-id ${rootId} --child-type ORGANIZATIONAL_UNIT`;
    expect((await aws.ok(`${children} --page-size 1`)).Children).toHaveLength(2);
  });

  it('lets a service control policy bind even administrators of a member', async () => {
    const assume = `sts assume-role --role-session-name ops --role-arn arn:aws:iam::${id}:role/OrganizationAccountAccessRole`;
    expect(await aws.refused(assume)).toBe('AccessDenied');
    await aws.ok('iam create-user --user-name ops');
    await aws.ok(
      'iam put-user-policy --user-name ops --policy-name all --policy-document',
      policy(allow('*')),
    );
    const ops = aws.as(keyOf((await aws.ok('iam create-access-key --user-name ops')).AccessKey));
    member = aws.as(keyOf((await ops.ok(assume)).Credentials));
    await member.ok('iam create-user --user-name before');

    const create = 'organizations create-policy --name no-users --description none --type';
    const deny = policy({ Effect: 'Deny', Action: 'iam:CreateUser', Resource: '*' });
    const { Policy } = await aws.ok(`${create} SERVICE_CONTROL_POLICY --content`, deny);
    const attach = `organizations attach-policy --policy-id ${Policy.PolicySummary.Id} --target-id ${prod}`;
    expect(await aws.refused(attach)).toBe('PolicyTypeNotEnabledException');
    await aws.ok(`organizations enable-policy-type --root-id ${rootId} --policy-type SERVICE_CONTROL_POLICY`);
    await aws.ok(attach);
    expect(await member.complaint('iam create-user --user-name after')).toMatch(
      /AccessDenied.*explicit deny in a service control policy/s,
    );
    expect(
      await aws.refused(
        `${create.replace('no-users', 'bad')} SERVICE_CONTROL_POLICY --content`,
        '{"Version": "2012',
      ),
    ).toBe('MalformedPolicyDocumentException');
    const targets = await aws.ok(
      `organizations list-targets-for-policy --policy-id ${Policy.PolicySummary.Id} --page-size 1`,
    );
    expect(targets.Targets.map(({ TargetId }: { TargetId: string }) => TargetId)).toEqual([prod]);
    const inForce = `organizations list-policies-for-target --target-id ${prod} --filter SERVICE_CONTROL_POLICY`;
    expect((await aws.ok(`${inForce} --page-size 1`)).Policies).toHaveLength(2);
  });

  it('lets a resource control policy close the resources of a member', async () => {
    await aws.ok(
      `organizations enable-policy-type --root-id ${rootId} --policy-type RESOURCE_CONTROL_POLICY`,
    );
    await member.text('s3 mb s3://members-own-bucket');
    const { Policy } = await aws.ok(
      'organizations create-policy --name tls --description none --type RESOURCE_CONTROL_POLICY --content',
      policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetBucketPolicy', Resource: '*' }),
    );
    expect(await member.refused('s3api get-bucket-policy --bucket members-own-bucket')).toBe(
      'NoSuchBucketPolicy',
    );
    await aws.ok(`organizations attach-policy --policy-id ${Policy.PolicySummary.Id} --target-id ${id}`);
    expect(await member.refused('s3api get-bucket-policy --bucket members-own-bucket')).toBe('AccessDenied');
  });

  it('hands root sessions of members to the management account, and services to a delegate', async () => {
    const task =
      'sts assume-root --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials';
    await aws.ok('organizations enable-aws-service-access --service-principal iam.amazonaws.com');
    await aws.ok('iam create-user --user-name rooter');
    await aws.ok(
      'iam put-user-policy --user-name rooter --policy-name r --policy-document',
      policy(allow('sts:AssumeRoot')),
    );
    const rooter = aws.as(keyOf((await aws.ok('iam create-access-key --user-name rooter')).AccessKey));
    expect(await rooter.refused(`${task} --target-principal ${id}`)).toBe('AccessDenied');
    await aws.ok('iam enable-organizations-root-sessions');
    const session = await rooter.ok(`${task} --target-principal ${id}`);
    const root = aws.as(keyOf(session.Credentials));
    expect((await root.ok('sts get-caller-identity')).Arn).toBe(`arn:aws:iam::${id}:root`);
    expect(await root.refused('s3api list-buckets')).toBe('AccessDenied');

    const delegate = `organizations register-delegated-administrator --account-id ${id} --service-principal iam.amazonaws.com`;
    await aws.ok(delegate);
    expect(await aws.refused(delegate)).toBe('AccountAlreadyRegisteredException');
    const delegates = await aws.ok('organizations list-delegated-administrators --page-size 1');
    expect(delegates.DelegatedAdministrators[0].Id).toBe(id);
    await member.ok('organizations list-accounts');
    expect(await member.refused('organizations create-organizational-unit --parent-id r-abcd --name X')).toBe(
      'AccessDeniedException',
    );
  });
});
