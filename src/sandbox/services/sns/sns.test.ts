import { beforeEach, describe, expect, test } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const A = '489157521585';
const B = '657654036224';
const TOPIC = `arn:aws:sns:us-east-1:${A}:alerts`;

interface Mail {
  readonly to: string;
  readonly protocol: string;
  readonly subject: string;
  readonly body: string;
  readonly token?: string;
  readonly undelivered?: string;
}

let rig: Rig;
let root: Keys;
const sns = <T = Record<string, unknown>>(operation: string, input: object = {}, keys = root) =>
  rig.call<T>(keys, 'sns', operation, input);
const refused = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'sns', operation, input);
const inbox = (about = '') => rig.cloud.route('inbox', 'GET', {}, about) as Mail[];
const messages = (about = '') => inbox(about).filter(({ token }) => token === undefined);
const nobody = { caller: { principal: { type: 'anonymous' as const }, accountId: '' } };
const policy = (Principal: unknown, Action = 'sns:Publish', Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, Resource: TOPIC, ...(Condition && { Condition }) }],
  });
const setPolicy = (text: string) =>
  sns('SetTopicAttributes', { TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: text });

/** A confirmed e-mail subscription; its ARN. */
function mailbox(Endpoint = 'me@example.com', Attributes: object = {}): string {
  sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint, Attributes });
  const Token = inbox(Endpoint).at(-1)?.token;
  return sns<{ SubscriptionArn: string }>('ConfirmSubscription', { TopicArn: TOPIC, Token }).SubscriptionArn;
}

beforeEach(() => {
  rig = new Rig();
  root = rig.account(A);
  sns('CreateTopic', { Name: 'alerts' });
});

describe('topics', () => {
  test('are made once: the same again is fine, other attributes are not', () => {
    expect(sns('CreateTopic', { Name: 'alerts' })).toEqual({ TopicArn: TOPIC });
    expect(refused('CreateTopic', { Name: 'alerts', Attributes: { DisplayName: 'x' } })).toBe(
      'InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    );
    expect(refused('CreateTopic', { Name: 'alerts', Tags: [{ Key: 'a', Value: 'b' }] })).toContain(
      'different tags',
    );
  });

  test.each(['', 'a b', 'a'.repeat(257), 'x.fifo', 'ä'])('can’t be called %j', (Name) => {
    expect(refused('CreateTopic', { Name })).toBe('InvalidParameter: Invalid parameter: Topic Name');
  });

  test('that are gone are not found, and deleting one again is no error', () => {
    mailbox();
    sns('DeleteTopic', { TopicArn: TOPIC });
    sns('DeleteTopic', { TopicArn: TOPIC });
    expect(refused('GetTopicAttributes', { TopicArn: TOPIC })).toBe('NotFound: Topic does not exist');
    expect(sns('ListSubscriptions')).toEqual({ Subscriptions: [] });
  });

  test('have tags whose keys are told apart by their case', () => {
    const Tags = [
      { Key: 'Team', Value: 'red' },
      { Key: 'team', Value: 'blue' },
    ];
    sns('TagResource', { ResourceArn: TOPIC, Tags });
    expect(sns('ListTagsForResource', { ResourceArn: TOPIC })).toEqual({ Tags });
    sns('TagResource', { ResourceArn: TOPIC, Tags: [{ Key: 'Team', Value: 'green' }] });
    sns('UntagResource', { ResourceArn: TOPIC, TagKeys: ['team', 'TEAM'] });
    expect(sns('ListTagsForResource', { ResourceArn: TOPIC })).toEqual({
      Tags: [{ Key: 'Team', Value: 'green' }],
    });
  });

  test.each([
    ['{', 'Policy Error'],
    [policy({ AWS: A }, 's3:GetObject'), 'Policy statement action out of service scope!'],
    [policy({ AWS: `arn:aws:iam::${A}:role/Nobody` }), 'PrincipalNotFound'],
  ])('refuse the policy %s', (text, why) => {
    const input = { TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue: text };
    expect(refused('SetTopicAttributes', input)).toContain(why);
  });

  test('FIFO topics number messages and forget duplicates', () => {
    const { TopicArn } = sns<{ TopicArn: string }>('CreateTopic', {
      Name: 'q.fifo',
      Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' },
    });
    expect(refused('Publish', { TopicArn, Message: 'm' })).toContain('MessageGroupId');
    const publish = () => sns('Publish', { TopicArn, Message: 'm', MessageGroupId: 'g' });
    const first = publish();
    expect(publish()).toEqual(first);
    rig.now += 6 * 60_000;
    expect(publish()['MessageId']).not.toBe(first['MessageId']);
  });
});

describe('who may publish', () => {
  let stranger: Keys;
  beforeEach(() => {
    stranger = rig.user(rig.account(B), 'eve', allow('sns:*'));
  });
  const publish = (keys: Keys) => refused('Publish', { TopicArn: TOPIC, Message: 'm' }, keys);

  test('not another account, unless the topic’s policy says so', () => {
    expect(publish(stranger)).toMatch(/^AuthorizationError: .*because no resource-based policy allows/);
    sns('AddPermission', { TopicArn: TOPIC, Label: 'b', AWSAccountId: [B], ActionName: ['Publish'] });
    expect(sns('Publish', { TopicArn: TOPIC, Message: 'm' }, stranger)).toHaveProperty('MessageId');
    expect(
      refused('AddPermission', { TopicArn: TOPIC, Label: 'b', AWSAccountId: [B], ActionName: ['Publish'] }),
    ).toContain('Statement already exists');
    sns('RemovePermission', { TopicArn: TOPIC, Label: 'b' });
    expect(publish(stranger)).toContain('AuthorizationError');
  });

  test('not a user of the account without rights of its own; the policy alone is enough', () => {
    const user = rig.user(root, 'u');
    expect(publish(user)).toContain('no identity-based policy allows the SNS:Publish action');
    setPolicy(policy({ AWS: `arn:aws:iam::${A}:user/u` }));
    expect(sns('Publish', { TopicArn: TOPIC, Message: 'm' }, user)).toHaveProperty('MessageId');
  });

  test('a topic that doesn’t exist is not told apart from one that says no', () => {
    const missing = { TopicArn: `arn:aws:sns:us-east-1:${A}:none`, Message: 'm' };
    expect(refused('Publish', missing, stranger)).toContain('AuthorizationError');
    expect(refused('Publish', missing)).toBe('NotFound: Topic does not exist');
  });

  test('subscribing to another account’s topic is refused, and sns:Protocol and sns:Endpoint are heeded', () => {
    const input = { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'eve@example.com' };
    expect(refused('Subscribe', input, stranger)).toContain('AuthorizationError');
    setPolicy(policy({ AWS: B }, 'sns:Subscribe', { StringLike: { 'sns:Endpoint': '*@example.com' } }));
    expect(sns('Subscribe', input, stranger)).toEqual({ SubscriptionArn: 'pending confirmation' });
    expect(refused('Subscribe', { ...input, Endpoint: 'eve@evil.test' }, stranger)).toContain(
      'AuthorizationError',
    );
  });
});

describe('subscriptions', () => {
  test('get nothing before they are confirmed, and only their own token confirms them', () => {
    sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'me@example.com' });
    sns('Publish', { TopicArn: TOPIC, Message: 'early' });
    expect(messages()).toEqual([]);
    const token = inbox()[0]?.token ?? '';
    for (const Token of ['', 'x', token.slice(1), `${token}0`, 'f'.repeat(256)]) {
      expect(refused('ConfirmSubscription', { TopicArn: TOPIC, Token })).toBe(
        'InvalidParameter: Invalid parameter: Token',
      );
    }
    // By the link in the mail nobody signs, and nothing is logged.
    const call = { TopicArn: TOPIC, Token: token };
    rig.call(root, 'sns', 'ConfirmSubscription', call, nobody);
    sns('Publish', { TopicArn: TOPIC, Message: 'hello', Subject: 'S' });
    expect(messages()).toMatchObject([{ to: 'me@example.com', subject: 'S' }]);
    const logged = rig.cloud.takeRecords().filter(({ eventSource }) => eventSource === 'sns.amazonaws.com');
    expect(logged.map(({ eventName }) => eventName)).toEqual([
      'CreateTopic',
      'Subscribe',
      ...Array(5).fill('ConfirmSubscription'),
    ]);
    expect(JSON.stringify(logged)).not.toContain(token);
    expect(JSON.stringify(logged)).not.toContain('me@example.com');
  });

  test('a token is good for two days', () => {
    sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'me@example.com' });
    rig.now += 49 * 3_600_000;
    const Token = inbox()[0]?.token;
    expect(refused('ConfirmSubscription', { TopicArn: TOPIC, Token })).toContain('Token');
    expect(sns('ListSubscriptionsByTopic', { TopicArn: TOPIC })).toEqual({ Subscriptions: [] });
  });

  test('the link ends one, unless it was confirmed with AuthenticateOnUnsubscribe', () => {
    const open = mailbox();
    rig.call(root, 'sns', 'Unsubscribe', { SubscriptionArn: open }, nobody);
    expect(refused('GetSubscriptionAttributes', { SubscriptionArn: open })).toBe(
      'NotFound: Subscription does not exist',
    );
    sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'me@example.com' });
    const { SubscriptionArn } = sns('ConfirmSubscription', {
      TopicArn: TOPIC,
      Token: inbox().at(-1)?.token,
      AuthenticateOnUnsubscribe: 'true',
    });
    expect(rig.refusal(root, 'sns', 'Unsubscribe', { SubscriptionArn }, nobody)).toContain(
      'AuthorizationError',
    );
    sns('Unsubscribe', { SubscriptionArn });
  });

  test.each([
    ['email', 'no address'],
    ['http', 'https://example.com'],
    ['sqs', 'arn:aws:sns:us-east-1:111111111111:x'],
    ['carrier-pigeon', 'roof'],
  ])('%s can’t have the endpoint %s', (Protocol, Endpoint) => {
    expect(refused('Subscribe', { TopicArn: TOPIC, Protocol, Endpoint })).toContain('InvalidParameter');
  });

  test('queues of the account are subscribed at once; what the sandbox can’t deliver says why', () => {
    const input = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:${A}:q` };
    expect(sns('Subscribe', input)['SubscriptionArn']).toMatch(/^arn:/);
    expect(sns('Subscribe', { ...input, Endpoint: `arn:aws:sqs:us-east-1:${B}:q` })).toEqual({
      SubscriptionArn: 'pending confirmation',
    });
    sns('Subscribe', { TopicArn: TOPIC, Protocol: 'https', Endpoint: 'https://hooks.example.com/x' });
    expect(inbox('https://hooks.example.com/x')[0]?.undelivered).toContain('this machine only');
    sns('Publish', { TopicArn: TOPIC, Message: 'm' });
    expect(messages(`arn:aws:sqs:us-east-1:${A}:q`)[0]?.undelivered).toContain('sqs');
  });

  test('another account can neither look at one nor end it', () => {
    const SubscriptionArn = mailbox();
    const eve = rig.user(rig.account(B), 'eve', allow('*'));
    for (const operation of ['GetSubscriptionAttributes', 'Unsubscribe']) {
      expect(refused(operation, { SubscriptionArn }, eve)).toContain('AuthorizationError');
    }
  });
});

describe('filter policies', () => {
  const publish = (Message: string, MessageAttributes: object = {}) =>
    sns('Publish', { TopicArn: TOPIC, Message, MessageAttributes });
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });

  test('hold against message attributes', () => {
    mailbox('f@example.com', {
      FilterPolicy: JSON.stringify({ kind: [{ prefix: 'a' }], n: [{ numeric: ['>', 5] }] }),
    });
    publish('no attributes');
    publish('wrong', { kind: text('b'), n: { DataType: 'Number', StringValue: '9' } });
    publish('right', { kind: text('alarm'), n: { DataType: 'Number', StringValue: '9' } });
    publish('list', {
      kind: { DataType: 'String.Array', StringValue: '["x","ab"]' },
      n: { DataType: 'Number', StringValue: '6' },
    });
    expect(messages().map(({ body }) => body.split('\n')[0])).toEqual(['right', 'list']);
  });

  test('hold against the body', () => {
    mailbox('f@example.com', {
      FilterPolicy: JSON.stringify({ detail: { level: ['high'] } }),
      FilterPolicyScope: 'MessageBody',
    });
    publish('no JSON');
    publish('{"detail":{"level":"low"}}');
    publish('{"detail":{"level":"high"}}');
    expect(messages()).toHaveLength(1);
  });

  test('of the body fit no body that is no JSON object', () => {
    mailbox('f@example.com', {
      FilterPolicy: JSON.stringify({ level: [{ exists: false }] }),
      FilterPolicyScope: 'MessageBody',
    });
    for (const body of ['5', '"x"', 'null', '[]', '[{}]', 'no JSON', '{"level":1}', '{"other":1}'])
      publish(body);
    expect(messages().map(({ body }) => body.split('\n')[0])).toEqual(['{"other":1}']);
  });

  test('may nest as deep as they like and are refused, not failed on', () => {
    const FilterPolicy = `${'{"a":'.repeat(30_000)}["x"]${'}'.repeat(30_000)}`;
    expect(
      refused('Subscribe', {
        TopicArn: TOPIC,
        Protocol: 'email',
        Endpoint: 'f@example.com',
        Attributes: { FilterPolicy, FilterPolicyScope: 'MessageBody' },
      }),
    ).toContain('nested too deeply');
  });

  test('are checked when they are set', () => {
    const SubscriptionArn = mailbox();
    const set = (AttributeValue: string) =>
      refused('SetSubscriptionAttributes', {
        SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue,
      });
    expect(set('{')).toContain('FilterPolicy: failed to parse JSON.');
    expect(set('{"a":{"b":["c"]}}')).toContain('does not support nested');
    for (const beyond of [
      '{"a":[1000000001]}',
      '{"a":[{"numeric":["<",2e9]}]}',
      '{"a":[{"anything-but":-2e9}]}',
    ]) {
      expect(set(beyond)).toContain('Value must be between -1.0E9 and 1.0E9');
    }
    expect(set(JSON.stringify({ a: ['x'.repeat(262_144)] }))).toContain('too large');
    expect(set('{"a":[{"like":"x"}]}')).toContain('Unrecognized match type like');
    expect(set(JSON.stringify({ a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] }))).toContain(
      '5 keys',
    );
  });
});

describe('messages', () => {
  const refusedMessage = (input: object) => refused('Publish', { TopicArn: TOPIC, ...input });

  test.each([
    [{ Message: '' }, 'Empty message'],
    [{ Message: 'x'.repeat(262_145) }, 'Message too long'],
    [{ Message: 'm', Subject: 'a\nb' }, 'Subject'],
    [{ Message: 'm', Subject: 'x'.repeat(101) }, 'Subject'],
    [{ Message: 'm', MessageStructure: 'json' }, 'JSON message body failed to parse'],
    [{ Message: '{"email":"x"}', MessageStructure: 'json' }, 'No default entry'],
    [{ Message: 'm', MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } }, 'number'],
    [{ Message: 'm', MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } }, 'type'],
  ])('%j is refused', (input, why) => {
    expect(refusedMessage(input)).toContain(why);
  });

  test('with MessageStructure json each protocol gets its own text', () => {
    mailbox();
    sns('Subscribe', { TopicArn: TOPIC, Protocol: 'sms', Endpoint: '+491701234567' });
    const Message = JSON.stringify({ default: 'd', email: 'for mail', sms: 'short' });
    sns('Publish', { TopicArn: TOPIC, Message, MessageStructure: 'json' });
    expect(messages().map(({ protocol, body }) => [protocol, body.split('\n')[0]])).toEqual([
      ['email', 'for mail'],
      ['sms', 'short'],
    ]);
  });

  test('a batch tells of each entry', () => {
    const batch = (entries: object[]) => ({ TopicArn: TOPIC, PublishBatchRequestEntries: entries });
    expect(
      sns(
        'PublishBatch',
        batch([
          { Id: '1', Message: 'm' },
          { Id: '2', Message: '' },
        ]),
      ),
    ).toMatchObject({
      Successful: [{ Id: '1' }],
      Failed: [{ Id: '2', Code: 'InvalidParameter', SenderFault: true }],
    });
    expect(refused('PublishBatch', batch([]))).toContain('EmptyBatchRequest');
    expect(refused('PublishBatch', batch(Array(11).fill({ Id: '1', Message: 'm' })))).toContain('TooMany');
    expect(refused('PublishBatch', batch(Array(2).fill({ Id: '1', Message: 'm' })))).toContain('NotDistinct');
  });
});
