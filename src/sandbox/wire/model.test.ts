import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { constraints } from './constraints/index.ts';
import { loadModel, serviceInfo, services } from './model.ts';
import type { Shape } from './shape.ts';

const clients = {
  sts: STSClient,
  iam: IAMClient,
  ec2: EC2Client,
  s3: S3Client,
  cloudtrail: CloudTrailClient,
  organizations: OrganizationsClient,
  cloudformation: CloudFormationClient,
  sns: SNSClient,
  monitoring: CloudWatchClient,
  logs: CloudWatchLogsClient,
  events: EventBridgeClient,
};

test.each(Object.entries(clients))('%s: our table says what the SDK says', (name, Client) => {
  const { config } = new Client({ region: 'us-east-1' });
  const settings = (config as unknown as { protocolSettings: Record<string, unknown> }).protocolSettings;
  const info = serviceInfo(name);
  expect(info).toMatchObject({ version: settings['version'], xmlNamespace: settings['xmlNamespace'] });
  if (info?.target !== undefined) expect(info.target).toBe(settings['serviceTarget']);
});

test.each(services)('every operation of $name compiles, to its last nested shape', async (info) => {
  const model = await loadModel(info);
  const seen = new Set<Shape>();
  const walk = (shape: Shape): void => {
    if (seen.has(shape)) return;
    seen.add(shape);
    if (shape.kind === 'structure') for (const m of shape.members) walk(m.shape);
    else if (shape.kind === 'list') walk(shape.member.shape);
    else if (shape.kind === 'map') walk(shape.value.shape);
  };
  expect(model.operationNames.length).toBeGreaterThan(10);
  for (const name of model.operationNames) {
    const operation = model.operation(name);
    if (operation === undefined) throw new Error(name);
    walk(operation.input);
    if (operation.output !== undefined) walk(operation.output);
  }
});

test.each(Object.entries(constraints))(
  '%s: constraints name real operations, structures and members',
  async (name, rules) => {
    const info = serviceInfo(name);
    if (info === undefined) throw new Error(name);
    const model = await loadModel(info);
    const all = model.operationNames.flatMap((n) => model.operation(n) ?? []);
    const inputs = new Set(all.flatMap((o) => o.input.members.map((m) => m.name)));
    const plain = (member: string) => member.replace('[]', '');
    for (const member of Object.keys(rules.members ?? {})) expect(inputs).toContain(plain(member));
    for (const [operation, members] of Object.entries(rules.operations ?? {})) {
      const known = model.operation(operation)?.input.members.map((m) => m.name);
      for (const member of Object.keys(members)) expect(known).toContain(plain(member));
    }
    const groups = [
      rules.members ?? {},
      ...Object.values(rules.operations ?? {}),
      ...Object.values(rules.structures ?? {}),
    ];
    for (const rule of groups.flatMap((g) => Object.values(g))) {
      if (rule.pattern !== undefined) expect(() => new RegExp(`^(?:${rule.pattern})$`, 'u')).not.toThrow();
    }
  },
);
