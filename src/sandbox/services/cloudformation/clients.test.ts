import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ValidateTemplateCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningSandbox, SandboxControl, startSandbox } from '../../index.ts';
import { role } from './testing.ts';

let sandbox: RunningSandbox;
let client: CloudFormationClient;
beforeEach(async () => {
  sandbox = await startSandbox();
  const key = await new SandboxControl(sandbox.url).createAccount('111111111111', 'one');
  client = new CloudFormationClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: key,
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await sandbox.close();
});

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
