import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetOperationCommand,
  OperationInProgressException,
  paginateListStackInstances,
  StackSetNotFoundException,
  UpdateStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../../index.ts';
import { allow } from '../../testing.ts';
import {
  ADMIN,
  ADMIN_ROLE,
  EXECUTION_ROLE,
  executionTrust,
  REGION,
  serviceTrust,
  TARGETS,
  TEMPLATE,
} from './testing.ts';

let sandbox: RunningSandbox;
let cloudformation: CloudFormationClient;
const StackSetName = 'audit';
const accounts = TARGETS.slice(0, 2);

beforeAll(async () => {
  sandbox = await startSandbox();
  const control = new SandboxControl(sandbox.url);
  const configOf = async (account: string) => {
    const { accessKeyId, secretAccessKey } = await control.createAccount(account);
    return { endpoint: sandbox.url, region: REGION, credentials: { accessKeyId, secretAccessKey } };
  };
  const role = async (iam: IAMClient, RoleName: string, AssumeRolePolicyDocument: string) => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify(allow('*'));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  };
  const config = await configOf(ADMIN);
  cloudformation = new CloudFormationClient(config);
  await role(new IAMClient(config), ADMIN_ROLE, serviceTrust('cloudformation.amazonaws.com'));
  for (const account of accounts) {
    await role(new IAMClient(await configOf(account)), EXECUTION_ROLE, executionTrust());
  }
});

afterAll(() => sandbox.close());

/** Polls as people's scripts do. */
async function ended(OperationId: string | undefined): Promise<string | undefined> {
  for (;;) {
    const command = new DescribeStackSetOperationCommand({ StackSetName, OperationId });
    const { StackSetOperation } = await cloudformation.send(command);
    if (StackSetOperation?.Status !== 'RUNNING') return StackSetOperation?.Status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the SDK', () => {
  it('deploys a set, lists its instances in pages, and takes overrides away with an empty list', async () => {
    await expect(
      cloudformation.send(new DescribeStackSetOperationCommand({ StackSetName, OperationId: 'x' })),
    ).rejects.toThrow(StackSetNotFoundException);
    await cloudformation.send(
      new CreateStackSetCommand({
        StackSetName,
        TemplateBody: TEMPLATE,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    const create = new CreateStackInstancesCommand({
      StackSetName,
      Accounts: accounts,
      Regions: [REGION],
      ParameterOverrides: [{ ParameterKey: 'ExternalId', ParameterValue: 'special' }],
    });
    const { OperationId } = await cloudformation.send(create);
    const other = new CreateStackInstancesCommand({ StackSetName, Accounts: accounts, Regions: [REGION] });
    await expect(cloudformation.send(other)).rejects.toThrow(OperationInProgressException);
    expect(await ended(OperationId)).toBe('SUCCEEDED');

    const listed: (string | undefined)[] = [];
    const pages = paginateListStackInstances({ client: cloudformation, pageSize: 1 }, { StackSetName });
    for await (const { Summaries = [] } of pages) listed.push(...Summaries.map(({ Account }) => Account));
    expect(listed).toEqual(accounts);

    const describe = async () => {
      const [StackInstanceAccount] = accounts;
      const command = new DescribeStackInstanceCommand({
        StackSetName,
        StackInstanceAccount,
        StackInstanceRegion: REGION,
      });
      return (await cloudformation.send(command)).StackInstance?.ParameterOverrides;
    };
    expect(await describe()).toEqual([{ ParameterKey: 'ExternalId', ParameterValue: 'special' }]);
    const update = new UpdateStackInstancesCommand({
      StackSetName,
      Accounts: accounts,
      Regions: [REGION],
      ParameterOverrides: [],
    });
    expect(await ended((await cloudformation.send(update)).OperationId)).toBe('SUCCEEDED');
    expect((await describe()) ?? []).toEqual([]);
  });

  it('is told what the API does not take', async () => {
    const create = (more: object) =>
      cloudformation.send(
        new CreateStackInstancesCommand({ StackSetName, Accounts: accounts, Regions: [REGION], ...more }),
      );
    await expect(create({ Accounts: ['12'] })).rejects.toThrow(/accounts.*failed to satisfy constraint/i);
    await expect(create({ OperationPreferences: { MaxConcurrentCount: 0 } })).rejects.toThrow(
      /maxConcurrentCount/,
    );
    await expect(create({ StackSetName: '1bad' })).rejects.toThrow(/stackSetName/);
  });
});
