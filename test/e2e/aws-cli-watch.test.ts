import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, hasCli, type Shell } from './aws-cli-tools.ts';

const ME = '111111111111';
const TOPIC = `arn:aws:sns:us-east-1:${ME}:alerts`;

describe.runIf(hasCli)('the AWS CLI, watching', () => {
  let world: CliWorld;
  let aws: Shell;
  beforeAll(async () => {
    world = await cliWorld();
    aws = await world.root(ME);
  });
  afterAll(() => world.close());

  it('mails what is published to those who confirmed', async () => {
    await aws.ok('sns create-topic --name alerts');
    const subscribe = `sns subscribe --topic-arn ${TOPIC} --notification-endpoint`;
    await aws.ok(`${subscribe} ann@example.com --protocol email`);
    expect(await aws.refused(`${subscribe} ann@example.com --protocol pigeon`)).toBe('InvalidParameter');
    const [invitation] = await world.control.inbox('ann@example.com');
    await aws.ok(`sns confirm-subscription --topic-arn ${TOPIC} --token ${invitation?.token}`);
    await aws.ok(`sns publish --topic-arn ${TOPIC} --subject Hello --message`, 'something happened');
    expect((await world.control.inbox('ann@example.com')).at(-1)).toMatchObject({ subject: 'Hello' });
    await aws.ok(`${subscribe} bob@example.com --protocol email`);
    const listed = await aws.ok(`sns list-subscriptions-by-topic --topic-arn ${TOPIC} --max-items 1`);
    expect(listed.Subscriptions).toHaveLength(1);
    expect(listed.NextToken).toBeDefined();
    expect(await aws.refused(`sns publish --topic-arn ${TOPIC}x --message hi`)).toBe('NotFound');
  });

  it('keeps logs, finds in them, and counts', async () => {
    await aws.ok('logs create-log-group --log-group-name app');
    expect(await aws.refused('logs create-log-group --log-group-name app')).toBe(
      'ResourceAlreadyExistsException',
    );
    await aws.ok('logs put-retention-policy --log-group-name app --retention-in-days 30');
    expect(await aws.refused('logs put-retention-policy --log-group-name app --retention-in-days 31')).toBe(
      'InvalidParameterException',
    );
    await aws.ok('logs create-log-stream --log-group-name app --log-stream-name one');
    const pattern = '{ $.level = "error" }';
    const [bad, good] = [{ level: 'error' }, { level: 'info' }].map((line) => JSON.stringify(line));
    const tested = await aws.ok(
      'logs test-metric-filter --filter-pattern',
      pattern,
      '--log-event-messages',
      String(bad),
      String(good),
    );
    expect(tested.matches).toMatchObject([{ eventNumber: 1 }]);
    expect(
      await aws.refused('logs test-metric-filter --log-event-messages x --filter-pattern', '{ $.a = '),
    ).toBe('InvalidParameterException');
    await aws.ok(
      'logs put-metric-filter --log-group-name app --filter-name errors --metric-transformations metricName=Errors,metricNamespace=App,metricValue=1 --filter-pattern',
      pattern,
    );
    const now = (await world.control.now()).getTime();
    const events = [bad, good, bad].map((message, at) => ({ timestamp: now - 3000 + at, message }));
    await aws.ok(
      'logs put-log-events --log-group-name app --log-stream-name one --log-events',
      JSON.stringify(events),
    );
    const filter = 'logs filter-log-events --log-group-name app --page-size 1 --filter-pattern';
    expect((await aws.ok(filter, pattern)).events).toHaveLength(2);
    expect((await aws.ok(`${filter} error --max-items 1`)).events).toHaveLength(1);
    const groups = await aws.ok('logs describe-log-groups --page-size 1');
    expect(groups.logGroups[0]).toMatchObject({ retentionInDays: 30, metricFilterCount: 1 });
    const read = 'logs get-log-events --log-group-name app --start-from-head --log-stream-name';
    expect((await aws.ok(`${read} one --limit 2`)).events).toHaveLength(2);
    expect(await aws.refused(`${read} two`)).toBe('ResourceNotFoundException');
  });

  it('keeps metrics and rings when they are too high', async () => {
    for (const value of [1, 2, 3])
      await aws.ok(`cloudwatch put-metric-data --namespace Mine --metric-name Load --value ${value}`);
    const now = (await world.control.now()).getTime();
    const [start, end] = [now - 600_000, now + 120_000].map((at) => new Date(at).toISOString());
    const period = `--start-time ${start} --end-time ${end} --period 3600 --statistics Sum Maximum`;
    const read = `cloudwatch get-metric-statistics --namespace Mine --metric-name Load ${period}`;
    expect((await aws.ok(read)).Datapoints).toMatchObject([{ Sum: 6, Maximum: 3 }]);
    expect(await aws.refused(read.replace('3600', '61'))).toBe('InvalidParameterValue');
    expect((await aws.ok('cloudwatch list-metrics --namespace Mine --max-items 1')).Metrics).toHaveLength(1);
    const put = `cloudwatch put-metric-alarm --namespace Mine --metric-name Load --period 60 --evaluation-periods 1 --threshold 2 --comparison-operator GreaterThanThreshold --alarm-actions ${TOPIC} --statistic`;
    expect(await aws.refused(`${put} Sum --alarm-name bad --treat-missing-data sometimes`)).toBe(
      'ValidationError',
    );
    for (const name of ['low', 'high']) await aws.ok(`${put} Maximum --alarm-name ${name}`);
    const alarms = await aws.ok('cloudwatch describe-alarms --page-size 1 --max-items 1');
    expect(alarms.MetricAlarms).toHaveLength(1);
    const set = 'cloudwatch set-alarm-state --state-value ALARM --alarm-name';
    expect(await aws.refused(`${set} none --state-reason test`)).toBe('ResourceNotFound');
    await aws.ok(`${set} high --state-reason`, 'only a rehearsal');
    expect((await world.control.inbox('ann@example.com')).at(-1)?.subject).toMatch(/^ALARM: "high"/);
    const history = await aws.ok(
      'cloudwatch describe-alarm-history --alarm-name high --history-item-type StateUpdate --page-size 1',
    );
    expect(history.AlarmHistoryItems[0].HistorySummary).toMatch(/to ALARM/);
  });

  it('routes events by pattern', async () => {
    const pattern = JSON.stringify({ source: ['my.app'], detail: { size: [{ numeric: ['>', 5] }] } });
    await aws.ok('events put-rule --name big --event-pattern', pattern);
    expect(await aws.refused('events put-rule --name bad --event-pattern', '{"source": "my.app"}')).toBe(
      'InvalidEventPatternException',
    );
    await aws.ok(`events put-targets --rule big --targets Id=1,Arn=${TOPIC}`);
    expect(await aws.refused(`events put-targets --rule none --targets Id=1,Arn=${TOPIC}`)).toBe(
      'ResourceNotFoundException',
    );
    const event = {
      id: '1',
      account: ME,
      source: 'my.app',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
    };
    const whole = { ...event, resources: [], 'detail-type': 'Grown', detail: { size: 6 } };
    const test = [
      'events test-event-pattern --event',
      JSON.stringify(whole),
      '--event-pattern',
      pattern,
    ] as const;
    expect((await aws.ok(...test)).Result).toBe(true);
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: TOPIC,
        },
      ],
    };
    await aws.ok(
      `sns set-topic-attributes --topic-arn ${TOPIC} --attribute-name Policy --attribute-value`,
      JSON.stringify(policy),
    );
    const entry = (size: number) => ({
      Source: 'my.app',
      DetailType: 'Grown',
      Detail: JSON.stringify({ size }),
    });
    const sent = await aws.ok(
      'events put-events --entries',
      JSON.stringify([entry(6), entry(5), { Source: 'x' }]),
    );
    expect(sent).toMatchObject({ FailedEntryCount: 1, Entries: [{}, {}, { ErrorCode: 'InvalidArgument' }] });
    await world.control.advance(5);
    const mails = (await world.control.inbox('ann@example.com')).filter(({ body }) =>
      body.includes('my.app'),
    );
    expect(mails).toHaveLength(1);
    expect((await aws.ok('events list-rules --name-prefix b --max-items 1')).Rules).toHaveLength(1);
    expect((await aws.ok('events list-targets-by-rule --rule big --max-items 1')).Targets).toHaveLength(1);
  });
});
