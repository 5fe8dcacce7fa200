import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, it } from 'vitest';
import { type RootKey, SandboxControl } from '../../src/sandbox/index.ts';
import { startSandboxCommand, xa } from './tools.ts';

// Whether a service's code is there by itself shows only in a process in which nothing else has asked for any.

const cwd = mkdtempSync(join(tmpdir(), 'xa-first-'));
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(cwd, { recursive: true, force: true });
});

async function start() {
  const { child, listens } = startSandboxCommand(['--port', '0', '--dir', cwd], tmpdir());
  ends.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  const endpoint = await listens;
  const control = new SandboxControl(endpoint);
  return { endpoint, control, credentials: await control.ensureAccount('111122223333') };
}

interface Config {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: RootKey;
}

const asked: Readonly<Record<string, (config: Config) => Promise<object>>> = {
  iam: (config) => new IAMClient(config).send(new ListUsersCommand({})),
  organizations: (config) => new OrganizationsClient(config).send(new CreateOrganizationCommand({})),
  ec2: (config) => new EC2Client(config).send(new DescribeRegionsCommand({})),
  s3: (config) => new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({})),
  cloudtrail: (config) => new CloudTrailClient(config).send(new DescribeTrailsCommand({})),
  logs: (config) => new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({})),
  monitoring: (config) => new CloudWatchClient(config).send(new DescribeAlarmsCommand({})),
  events: (config) => new EventBridgeClient(config).send(new ListRulesCommand({})),
  sns: (config) => new SNSClient(config).send(new ListTopicsCommand({})),
  cloudformation: (config) => new CloudFormationClient(config).send(new ListStacksCommand({})),
};

it.each(Object.keys(asked))('%s answers when it is asked before all others', async (service) => {
  const { endpoint, credentials } = await start();
  const answer = await asked[service]?.({ endpoint, region: 'eu-west-1', credentials });
  expect(answer).toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

it('a stack may be the first to ask for what it is made of', async () => {
  const { control } = await start();
  const Resources = {
    Topic: { Type: 'AWS::SNS::Topic' },
    Logs: { Type: 'AWS::Logs::LogGroup' },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['aws.sts'] } } },
  };
  const of = (operation: string, input: object) => ({
    accountId: '111122223333',
    service: 'cloudformation',
    operation,
    input: { StackName: 'all', ...input },
  });
  await control.calls([of('CreateStack', { TemplateBody: JSON.stringify({ Resources }) })]);
  await control.advance(600);
  expect(await control.calls([of('DescribeStacks', {})])).toMatchObject([
    { ok: true, output: { Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] } },
  ]);
});

it('the inbox is empty, and trails deliver nothing, where nothing was made', async () => {
  const { control } = await start();
  expect(await control.inbox()).toEqual([]);
  const read = await xa(['sandbox', 'inbox', '--dir', cwd, '--json'], { cwd: tmpdir() });
  expect(read.code).toBe(0);
  expect((await xa(['sandbox', 'flush', '--dir', cwd], { cwd: tmpdir() })).code).toBe(0);
});

it('the control interface names every path it has', async () => {
  const { endpoint } = await start();
  const answer = await fetch(`${endpoint}/_sandbox/none`);
  expect(answer.status).toBe(404);
  const { error } = (await answer.json()) as { error: string };
  for (const path of [
    'accounts',
    'organization-id',
    'inbox',
    'trails',
    'cloudformation',
    'failed-invocations',
  ])
    expect(error).toContain(path);
});
