import {
  CloudFormationClient,
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetOperationCommand,
  DescribeStacksCommand,
  OperationInProgressException,
  paginateListStackInstances,
  StackSetNotFoundException,
  UpdateStackInstancesCommand,
  ValidateTemplateCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';
import { allow } from '../testing.ts';
import {
  ADMIN_ROLE,
  EXECUTION_ROLE,
  executionTrust,
  REGION,
  serviceTrust,
  TARGETS,
  TEMPLATE,
} from './stacksets/testing.ts';
import { role } from './testing.ts';

let sandbox: RunningSandbox;
let client: CloudFormationClient;
let key: { accessKeyId: string; secretAccessKey: string };
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  const control = new SandboxControl(sandbox.url);
  await control.reset();
  key = await control.createAccount('111111111111', 'one');
  client = new CloudFormationClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: key,
    maxAttempts: 1,
  });
});
afterEach(() => client.destroy());

const body = JSON.stringify({ Resources: { Role: role() }, Outputs: { Name: { Value: { Ref: 'Role' } } } });

it("the SDK's client creates, waits for, reads and deletes a stack", async () => {
  const StackName = 'one';
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody: body, Capabilities: ['CAPABILITY_IAM'] }),
  );
  const quickly = { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  await waitUntilStackCreateComplete(quickly, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks?.[0]?.Outputs?.[0]?.OutputValue).toMatch(/^one-Role-/);
  expect(Stacks?.[0]?.CreationTime).toBeInstanceOf(Date);
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  expect(StackEvents?.[0]?.ResourceStatus).toBe('CREATE_COMPLETE');
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(quickly, { StackName: Stacks?.[0]?.StackId });
});

it('errors come as the SDK knows them', async () => {
  await expect(client.send(new DescribeStacksCommand({ StackName: 'none' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id none does not exist',
  });
  await expect(
    client.send(new CreateStackCommand({ StackName: 'one', TemplateBody: body })),
  ).rejects.toMatchObject({ name: 'InsufficientCapabilitiesException' });
  await expect(
    client.send(new CreateStackCommand({ StackName: 'not_a_name', TemplateBody: body })),
  ).rejects.toMatchObject({
    message: expect.stringContaining("at 'stackName' failed to satisfy constraint") as unknown,
  });
});

it('a template of 51,200 bytes is taken, a larger one refused', async () => {
  const sized = (bytes: number) => `${body}${' '.repeat(bytes - body.length)}`;
  await client.send(new ValidateTemplateCommand({ TemplateBody: sized(51_200) }));
  await expect(client.send(new ValidateTemplateCommand({ TemplateBody: sized(51_201) }))).rejects.toThrow(
    'Member must have length less than or equal to 51200',
  );
});

describe('a stack set', () => {
  const StackSetName = 'audit';
  const accounts = TARGETS.slice(0, 2);

  beforeEach(async () => {
    const control = new SandboxControl(sandbox.url);
    const configOf = async (account: string) => {
      const { accessKeyId, secretAccessKey } = await control.createAccount(account);
      return { endpoint: sandbox.url, region: REGION, credentials: { accessKeyId, secretAccessKey } };
    };
    const made = async (iam: IAMClient, RoleName: string, AssumeRolePolicyDocument: string) => {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const PolicyDocument = JSON.stringify(allow('*'));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
    };
    const admin = new IAMClient({ endpoint: sandbox.url, region: REGION, credentials: key });
    await made(admin, ADMIN_ROLE, serviceTrust('cloudformation.amazonaws.com'));
    for (const account of accounts) {
      await made(new IAMClient(await configOf(account)), EXECUTION_ROLE, executionTrust());
    }
  });

  /** Polls as people's scripts do. */
  async function ended(OperationId: string | undefined): Promise<string | undefined> {
    for (;;) {
      const command = new DescribeStackSetOperationCommand({ StackSetName, OperationId });
      const { StackSetOperation } = await client.send(command);
      if (StackSetOperation?.Status !== 'RUNNING') return StackSetOperation?.Status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('deploys, lists its instances in pages, and takes overrides away with an empty list', async () => {
    await expect(
      client.send(new DescribeStackSetOperationCommand({ StackSetName, OperationId: 'x' })),
    ).rejects.toThrow(StackSetNotFoundException);
    await client.send(
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
    const { OperationId } = await client.send(create);
    const other = new CreateStackInstancesCommand({ StackSetName, Accounts: accounts, Regions: [REGION] });
    await expect(client.send(other)).rejects.toThrow(OperationInProgressException);
    expect(await ended(OperationId)).toBe('SUCCEEDED');

    const listed: (string | undefined)[] = [];
    const pages = paginateListStackInstances({ client, pageSize: 1 }, { StackSetName });
    for await (const { Summaries = [] } of pages) listed.push(...Summaries.map(({ Account }) => Account));
    expect(listed).toEqual(accounts);

    const describe = async () => {
      const [StackInstanceAccount] = accounts;
      const command = new DescribeStackInstanceCommand({
        StackSetName,
        StackInstanceAccount,
        StackInstanceRegion: REGION,
      });
      return (await client.send(command)).StackInstance?.ParameterOverrides;
    };
    expect(await describe()).toEqual([{ ParameterKey: 'ExternalId', ParameterValue: 'special' }]);
    const update = new UpdateStackInstancesCommand({
      StackSetName,
      Accounts: accounts,
      Regions: [REGION],
      ParameterOverrides: [],
    });
    expect(await ended((await client.send(update)).OperationId)).toBe('SUCCEEDED');
    expect((await describe()) ?? []).toEqual([]);
  });

  it('tells what the API does not take', async () => {
    const create = (more: object) =>
      client.send(
        new CreateStackInstancesCommand({ StackSetName, Accounts: accounts, Regions: [REGION], ...more }),
      );
    await expect(create({ Accounts: ['12'] })).rejects.toThrow(/accounts.*failed to satisfy constraint/i);
    await expect(create({ OperationPreferences: { MaxConcurrentCount: 0 } })).rejects.toThrow(
      /maxConcurrentCount/,
    );
    await expect(create({ StackSetName: '1bad' })).rejects.toThrow(/stackSetName/);
  });
});
