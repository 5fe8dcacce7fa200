/**
 * A stack set over many accounts: `tsx bench/stacksets.ts [--json] [--accounts N]`.
 * One organization, N accounts (1,000), a template of ten roles deployed to all by an OU target, then changed, then removed.
 * Virtual time passes as fast as the work is done: the figures are CPU-bound seconds, not waiting; `cpu_s` is
 * the whole process, its helper threads and start included.
 */
import { randomBytes } from 'node:crypto';
import { createCloud } from '../src/sandbox/services/index.ts';
import type { Call, Caller } from '../src/sandbox/types.ts';

const json = process.argv.includes('--json');
const accounts = Number(process.argv[process.argv.indexOf('--accounts') + 1] || Number.NaN) || 1_000;
const ROLES = 10;
const MANAGEMENT = '100000000000';

let now = Date.parse('2026-11-23T09:00:00Z');
let calls = 0;
const cloud = createCloud({ clock: { now: () => now }, random: { bytes: (n) => randomBytes(n) } });
await cloud.prepare();
const { accessKeyId } = cloud.createAccount(MANAGEMENT);

function callerOf(key: string): Caller {
  const found = cloud.findCredentials(key, undefined, now);
  if (!found.ok) throw found.error;
  return found.caller;
}

function call<T>(service: string, operation: string, input: object, key = accessKeyId): T {
  const request: Call = {
    requestId: `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`,
    now,
    service,
    operation,
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'bench',
    host: `${service}.us-east-1.amazonaws.com`,
    caller: callerOf(key),
  };
  return cloud.invoke(request, { ...input }) as T;
}

const template = (description: string): string =>
  [
    "AWSTemplateFormatVersion: '2010-09-09'",
    'Parameters:',
    '  ExternalId: { Type: String, Default: shared }',
    'Resources:',
    ...Array.from({ length: ROLES }, (_, i) =>
      [
        `  Role${i}:`,
        '    Type: AWS::IAM::Role',
        '    Properties:',
        `      RoleName: Role${i}`,
        `      Description: ${description}`,
        '      AssumeRolePolicyDocument:',
        "        Version: '2012-10-17'",
        '        Statement:',
        '          - Effect: Allow',
        `            Principal: { AWS: 'arn:aws:iam::${MANAGEMENT}:root' }`,
        '            Action: sts:AssumeRole',
        '            Condition: { StringEquals: { sts:ExternalId: !Sub "${ExternalId}-${AWS::AccountId}" } }',
        '      Policies:',
        '        - PolicyName: read',
        '          PolicyDocument:',
        "            Version: '2012-10-17'",
        "            Statement: [{ Effect: Allow, Action: ['ec2:Describe*', 'iam:GetRole'], Resource: '*' }]",
      ].join('\n'),
    ),
  ].join('\n');

const preferences = {
  RegionConcurrencyType: 'PARALLEL',
  MaxConcurrentPercentage: 25,
  FailureTolerancePercentage: 10,
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
};

/** Seconds that a piece of work took. */
function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function finish(OperationId: string): void {
  const StackSetName = 'bench';
  const describe = () =>
    call<{ StackSetOperation: { Status: string; StatusDetails: { FailedStackInstancesCount: number } } }>(
      'cloudformation',
      'DescribeStackSetOperation',
      { StackSetName, OperationId },
    ).StackSetOperation;
  while (describe().Status === 'RUNNING') now += 100;
  const { Status, StatusDetails } = describe();
  if (Status !== 'SUCCEEDED' || StatusDetails.FailedStackInstancesCount > 0) {
    const results = call('cloudformation', 'ListStackSetOperationResults', {
      StackSetName,
      OperationId,
      MaxResults: 3,
    });
    throw new Error(`${Status}: ${JSON.stringify(results)}`);
  }
}

const start = (operation: string, input: object): string =>
  call<{ OperationId: string }>('cloudformation', operation, {
    StackSetName: 'bench',
    OperationPreferences: preferences,
    ...input,
  }).OperationId;

let unit = '';
const seeded = timed(() => {
  call('organizations', 'CreateOrganization', { FeatureSet: 'ALL' });
  const { Roots } = call<{ Roots: { Id: string }[] }>('organizations', 'ListRoots', {});
  const root = Roots[0]?.Id ?? '';
  unit = call<{ OrganizationalUnit: { Id: string } }>('organizations', 'CreateOrganizationalUnit', {
    ParentId: root,
    Name: 'workloads',
  }).OrganizationalUnit.Id;
  for (let i = 1; i <= accounts; i++) {
    const account = String(200_000_000_000 + i);
    const key = cloud.createAccount(account).accessKeyId;
    // Invitations have a daily quota.
    if (i % 20 === 0) now += 25 * 3_600_000;
    const { Handshake } = call<{ Handshake: { Id: string } }>(
      'organizations',
      'InviteAccountToOrganization',
      {
        Target: { Id: account, Type: 'ACCOUNT' },
      },
    );
    call('organizations', 'AcceptHandshake', { HandshakeId: Handshake.Id }, key);
    call('organizations', 'MoveAccount', {
      AccountId: account,
      SourceParentId: root,
      DestinationParentId: unit,
    });
  }
  call('cloudformation', 'ActivateOrganizationsAccess', {});
});

const targets = () => ({ DeploymentTargets: { OrganizationalUnitIds: [unit] }, Regions: ['us-east-1'] });
const capabilities = { Capabilities: ['CAPABILITY_NAMED_IAM'] };
const created = timed(() => {
  call('cloudformation', 'CreateStackSet', {
    StackSetName: 'bench',
    TemplateBody: template('first'),
    ...capabilities,
    PermissionModel: 'SERVICE_MANAGED',
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
  });
  finish(start('CreateStackInstances', targets()));
});
const updated = timed(() =>
  finish(start('UpdateStackSet', { TemplateBody: template('second'), ...capabilities })),
);
const unchanged = timed(() =>
  finish(start('UpdateStackSet', { TemplateBody: template('second'), ...capabilities })),
);
const strict = timed(() =>
  finish(
    start('UpdateStackSet', { TemplateBody: template('third'), ...capabilities, OperationPreferences: {} }),
  ),
);

const removed = timed(() => {
  finish(start('DeleteStackInstances', { ...targets(), RetainStacks: false }));
  call('cloudformation', 'DeleteStackSet', { StackSetName: 'bench' });
});

const round = (seconds: number): number => Math.round(seconds * 100) / 100;
const figures = {
  accounts,
  roles: accounts * ROLES,
  seed_s: round(seeded),
  create_s: round(created),
  update_s: round(updated),
  unchanged_s: round(unchanged),
  update_one_by_one_s: round(strict),
  delete_s: round(removed),
  cpu_s: round(process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6),
  rss_mb: Math.round(process.memoryUsage().rss / 1_048_576),
};
if (json) console.log(JSON.stringify(figures));
else console.table(figures);
