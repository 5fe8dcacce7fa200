import { beforeAll, describe, expect, test } from 'vitest';
import { servedOperations } from './services/index.ts';
import { MEMBER, OrganizationRig } from './services/organizations/testing.ts';
import type { Keys, Rig } from './services/testing.ts';
import { loadModel, serviceInfo } from './wire/model.ts';
import type { Member, Shape } from './wire/shape.ts';

const ACCOUNT = MEMBER;

/** Who may call these needs no permission: the token is the credential, or AWS says so. */
const free: Readonly<Record<string, readonly string[]>> = {
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required"; of
  // GetSessionToken: "No permissions are required for users to perform this operation."
  sts: ['GetCallerIdentity', 'GetSessionToken', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'],
  // Answers for each object: below.
  s3: ['DeleteObjects'],
};

/** Something of the right form for members whose texts are read before anybody is asked. */
const arns: Readonly<Record<string, string>> = {
  iam: `arn:aws:iam::${ACCOUNT}:policy/p`,
  sts: `arn:aws:iam::${ACCOUNT}:role/r`,
  cloudtrail: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/t`,
  logs: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:g`,
  monitoring: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:a`,
  events: `arn:aws:events:us-east-1:${ACCOUNT}:rule/r`,
  sns: `arn:aws:sns:us-east-1:${ACCOUNT}:topic`,
  organizations: `arn:aws:organizations::${ACCOUNT}:policy/o-a1b2c3d4e5/service_control_policy/p-12345678`,
  cloudformation: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/s/5d8e9a30-0000-4000-8000-000000000000`,
};

/** What the model doesn't require and AWS does, or what must exist. */
const group = { logGroupName: 'g' };
const more: Readonly<Record<string, object>> = {
  'sts:AssumeRoot': {
    TargetPrincipal: '657654036224',
    TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
  },
  'logs:DescribeLogStreams': group,
  'logs:GetLogEvents': group,
  'logs:FilterLogEvents': group,
  'sns:Publish': { TopicArn: arns['sns'] },
};

function text(service: string, { name }: Member): string {
  if (/arn$/i.test(name) || name === 'ResourceId' || name === 'ResourceIdList') return arns[service] ?? '';
  if (name === 'CopySource') return 'data/key';
  if (name === 'Bucket') return 'data';
  return 'a';
}

/** The least that the model takes: required members, each with something in it. */
function sample(service: string, member: Member): unknown {
  const { shape } = member;
  switch (shape.kind) {
    case 'structure':
      return input(service, shape);
    case 'list':
      return [sample(service, { ...shape.member, shape: shape.member.shape, name: member.name })];
    case 'map':
      return {};
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'blob':
      return new Uint8Array(1);
    case 'timestamp':
      return new Date(0);
    default:
      return text(service, member);
  }
}

function input(service: string, shape: Shape): Record<string, unknown> {
  if (shape.kind !== 'structure') return {};
  return Object.fromEntries(shape.members.slice(0, shape.required).map((m) => [m.name, sample(service, m)]));
}

interface World {
  readonly rig: OrganizationRig;
  readonly root: Keys;
  readonly SubscriptionArn: string;
}

/** A member account with what the calls name, where things must exist. */
function world(): World {
  const rig = new OrganizationRig();
  const root = rig.member;
  rig.call(root, 's3', 'CreateBucket', { Bucket: 'data' });
  rig.call(root, 's3', 'PutObject', { Bucket: 'data', Key: 'a', Body: new Uint8Array(1) });
  rig.call(root, 'sns', 'CreateTopic', { Name: 'topic' });
  const { SubscriptionArn } = rig.call<{ SubscriptionArn: string }>(root, 'sns', 'Subscribe', {
    TopicArn: arns['sns'],
    Protocol: 'email',
    Endpoint: 'a@example.com',
    ReturnSubscriptionArn: true,
  });
  return { rig, root, SubscriptionArn };
}

const everybody: readonly [who: string, made: (world: World) => Keys][] = [
  ['a user without any permission', ({ rig, root }) => rig.user(root, 'nobody')],
  [
    'the root user of an account whose SCP denies everything',
    ({ rig, root }) => {
      rig.enable('SERVICE_CONTROL_POLICY');
      const Content = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
      });
      const { Policy } = rig.org<{ Policy: { PolicySummary: { Id: string } } }>('CreatePolicy', {
        Name: 'nothing',
        Description: 'Nothing may be done.',
        Type: 'SERVICE_CONTROL_POLICY',
        Content,
      });
      rig.org('AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId: ACCOUNT });
      return root;
    },
  ],
];

const all = await servedOperations();

describe.each(everybody)('%s', (_, made) => {
  let rig: Rig;
  let caller: Keys;
  let SubscriptionArn: string;
  beforeAll(() => {
    const there = world();
    rig = there.rig;
    SubscriptionArn = there.SubscriptionArn;
    caller = made(there);
  });

  const served = all.filter(({ service, operation }) => !free[service]?.includes(operation));
  test.each(served.map(({ service, operation }) => [service, operation]))(
    'is refused %s:%s',
    async (service, operation) => {
      const info = serviceInfo(service);
      const shape = info && (await loadModel(info)).operation(operation);
      if (shape === undefined) throw new Error(`no model of ${service}:${operation}`);
      const least = input(service, shape.input);
      const asked = {
        ...least,
        ...('SubscriptionArn' in least && { SubscriptionArn }),
        ...more[`${service}:${operation}`],
      };
      const refusal = rig.refusal(caller, service, operation, asked);
      expect(refusal).toMatch(
        /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError)\b/,
      );
    },
  );

  test('deletes no object of a list', () => {
    const Delete = { Objects: [{ Key: 'a' }] };
    const { Deleted = [], Errors } = rig.call<{ Deleted?: []; Errors: { Code: string }[] }>(
      caller,
      's3',
      'DeleteObjects',
      { Bucket: 'data', Delete },
    );
    expect([Deleted.length, Errors.map(({ Code }) => Code)]).toEqual([0, ['AccessDenied']]);
  });
});
