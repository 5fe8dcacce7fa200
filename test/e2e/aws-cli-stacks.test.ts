import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type CliWorld, cliWorld, hasCli, policy, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const OTHER = '222222222222';
const TEMPLATE = `
Parameters:
  Owner: { Type: String, Default: ann }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub deployed-\${Owner}
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: { Effect: Allow, Principal: { AWS: !Ref AWS::AccountId }, Action: 'sts:AssumeRole' }
Outputs:
  Arn: { Value: !GetAtt Role.Arn }
`;

describe.runIf(hasCli)('the AWS CLI on stacks', () => {
  let world: CliWorld;
  let aws: Shell;
  let other: Shell;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
    other = await world.root(OTHER);
    writeFileSync(join(world.folder, 'role.yaml'), TEMPLATE);
  });
  afterAll(() => world.close());

  it('deploys, and deploys again what changed', async () => {
    await aws.ok('cloudformation validate-template --template-body file://role.yaml');
    const deploy = 'cloudformation deploy --stack-name one --template-file role.yaml';
    expect(await aws.refused(deploy)).toBe('InsufficientCapabilitiesException');
    const named = `${deploy} --capabilities CAPABILITY_NAMED_IAM`;
    expect(await aws.text(named)).toContain('Successfully created/updated stack - one');
    // The CLI names change sets by the second.
    const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1000));
    await nextSecond();
    expect(await aws.complaint(named)).toContain('No changes to deploy');
    await nextSecond();
    await aws.text(`${named} --parameter-overrides Owner=bob`);
    await aws.ok('iam get-role --role-name deployed-bob');
    expect(await aws.refused('iam get-role --role-name deployed-ann')).toBe('NoSuchEntity');
    const { Stacks } = await aws.ok('cloudformation describe-stacks --stack-name one');
    expect(Stacks[0]).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: [{ OutputKey: 'Arn', OutputValue: `arn:aws:iam::${ME}:role/deployed-bob` }],
    });
    const events = await aws.ok('cloudformation describe-stack-events --stack-name one --max-items 3');
    expect(events.StackEvents[0]).toMatchObject({
      ResourceStatus: 'UPDATE_COMPLETE',
      LogicalResourceId: 'one',
    });
    expect(events.NextToken).toBeDefined();
    const resources = await aws.ok('cloudformation list-stack-resources --stack-name one --max-items 1');
    expect(resources.StackResourceSummaries[0].PhysicalResourceId).toBe('deployed-bob');
  });

  it('shows a change before it is made', async () => {
    const set = '--stack-name one --change-set-name rename';
    await aws.ok(
      `cloudformation create-change-set ${set} --use-previous-template --capabilities CAPABILITY_NAMED_IAM --parameters ParameterKey=Owner,ParameterValue=cy`,
    );
    await aws.text(`cloudformation wait change-set-create-complete ${set}`);
    const { Changes } = await aws.ok(`cloudformation describe-change-set ${set}`);
    expect(Changes[0].ResourceChange).toMatchObject({ Action: 'Modify', Replacement: 'True' });
    await aws.ok(`cloudformation execute-change-set ${set}`);
    await aws.text('cloudformation wait stack-update-complete --stack-name one');
    await aws.ok('iam get-role --role-name deployed-cy');
    expect(await aws.refused(`cloudformation execute-change-set ${set}`)).toMatch(
      /^(ChangeSetNotFound|InvalidChangeSetStatus)$/,
    );
    await aws.ok('cloudformation delete-stack --stack-name one');
    await aws.text('cloudformation wait stack-delete-complete --stack-name one');
    expect(await aws.refused('cloudformation describe-stacks --stack-name one')).toBe('ValidationError');
  });

  it('puts a stack set into other accounts that let it in', async () => {
    await aws.ok(
      'iam create-role --role-name AWSCloudFormationStackSetAdministrationRole --assume-role-policy-document',
      policy({
        Effect: 'Allow',
        Principal: { Service: 'cloudformation.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    );
    await aws.ok(
      'iam put-role-policy --role-name AWSCloudFormationStackSetAdministrationRole --policy-name x --policy-document',
      policy(allow('sts:AssumeRole', 'arn:aws:iam::*:role/AWSCloudFormationStackSetExecutionRole')),
    );
    const create =
      'cloudformation create-stack-set --stack-set-name everywhere --template-body file://role.yaml';
    expect(await aws.refused(create)).toBe('InsufficientCapabilitiesException');
    await aws.ok(`${create} --capabilities CAPABILITY_NAMED_IAM`);
    const put = `cloudformation create-stack-instances --stack-set-name everywhere --accounts ${OTHER} --regions us-east-1`;
    const results = async () => {
      const { OperationId } = await aws.ok(put);
      await world.control.advance(30);
      const { Summaries } = await aws.ok(
        `cloudformation list-stack-set-operation-results --stack-set-name everywhere --operation-id ${OperationId} --max-items 5`,
      );
      return Summaries;
    };
    expect(await results()).toMatchObject([{ Account: OTHER, Status: 'FAILED' }]);
    await other.ok(
      'iam create-role --role-name AWSCloudFormationStackSetExecutionRole --assume-role-policy-document',
      policy({ Effect: 'Allow', Principal: { AWS: ME }, Action: 'sts:AssumeRole' }),
    );
    await other.ok(
      'iam attach-role-policy --role-name AWSCloudFormationStackSetExecutionRole --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
    );
    expect(await results()).toMatchObject([{ Account: OTHER, Status: 'SUCCEEDED' }]);
    await other.ok('iam get-role --role-name deployed-ann');
    const instances = await aws.ok(
      'cloudformation list-stack-instances --stack-set-name everywhere --max-items 1',
    );
    expect(instances.Summaries).toMatchObject([{ Account: OTHER, Status: 'CURRENT' }]);
    expect(await aws.refused('cloudformation delete-stack-set --stack-set-name everywhere')).toBe(
      'StackSetNotEmptyException',
    );
  });
});
