import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type CliWorld, cliWorld, hasCli, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const ANN = `arn:aws:iam::${ME}:user/ann`;

describe.runIf(hasCli)('the AWS CLI, looking into who may do what', () => {
  let world: CliWorld;
  let aws: Shell;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
    for (const name of ['ann', 'bob']) await aws.ok(`iam create-user --user-name ${name}`);
    await aws.ok(
      'iam put-user-policy --user-name ann --policy-name own --policy-document',
      policy(allow('s3:GetObject', 'arn:aws:s3:::mine/*')),
    );
  });
  afterAll(() => world.close());

  it('simulates what a principal may do', async () => {
    const simulate = `iam simulate-principal-policy --policy-source-arn ${ANN}`;
    const { EvaluationResults } = await aws.ok(
      `${simulate} --action-names s3:GetObject s3:PutObject --resource-arns arn:aws:s3:::mine/a --page-size 1`,
    );
    expect(
      EvaluationResults.map((one: { EvalActionName: string; EvalDecision: string }) => [
        one.EvalActionName,
        one.EvalDecision,
      ]),
    ).toEqual([
      ['s3:GetObject', 'allowed'],
      ['s3:PutObject', 'implicitDeny'],
    ]);
    expect(await aws.refused(`${simulate}a --action-names s3:GetObject`)).toBe('NoSuchEntity');
    const custom = await aws.ok(
      'iam simulate-custom-policy --action-names iam:GetUser --policy-input-list',
      policy(allow('iam:*'), { Effect: 'Deny', Action: 'iam:Get*', Resource: '*' }),
    );
    expect(custom.EvaluationResults[0].EvalDecision).toBe('explicitDeny');
  });

  it('shows all authorization details, page by page', async () => {
    const details = await aws.ok('iam get-account-authorization-details --filter User Role --page-size 1');
    expect(details.UserDetailList[0].UserPolicyList[0]).toMatchObject({
      PolicyName: 'own',
      PolicyDocument: { Statement: [{ Action: 's3:GetObject' }] },
    });
    const cut = await aws.ok('iam get-account-authorization-details --max-items 1');
    const rest = await aws.ok(`iam get-account-authorization-details --starting-token ${cut.NextToken}`);
    expect([cut, rest].map((page) => page.UserDetailList[0].UserName)).toEqual(['ann', 'bob']);
    expect(await aws.refused('iam get-account-authorization-details --filter Nobody')).toBe(
      'ValidationError',
    );
  });

  it('reports credentials once the report was made', async () => {
    expect(await aws.refused('iam get-credential-report')).toBe('ReportNotPresent');
    await aws.ok('iam generate-credential-report');
    await world.control.advance(10);
    expect((await aws.ok('iam generate-credential-report')).State).toBe('COMPLETE');
    const { Content } = await aws.ok('iam get-credential-report');
    const lines = Buffer.from(Content, 'base64').toString().trimEnd().split('\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['user', '<root_account>', 'ann', 'bob']);
  });

  it('says which services were last used', async () => {
    const { JobId } = await aws.ok(`iam generate-service-last-accessed-details --arn ${ANN}`);
    await world.control.advance(10);
    const job = await aws.ok(`iam get-service-last-accessed-details --job-id ${JobId}`);
    expect(job).toMatchObject({ JobStatus: 'COMPLETED', ServicesLastAccessed: [{ ServiceNamespace: 's3' }] });
    const unknown = 'e1a1b2c3-0000-0000-0000-000000000000';
    expect(await aws.refused(`iam get-service-last-accessed-details --job-id ${unknown}`)).toBe(
      'NoSuchEntity',
    );
  });
});
