import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

type Events = {
  Events: { EventName: string; EventTime: Date; CloudTrailEvent: string }[];
  NextToken?: string;
};

let rig: Rig;
let root: Keys;

const lookup = (input: object = {}, facts = {}) =>
  rig.call<Events>(root, 'cloudtrail', 'LookupEvents', input, facts);
const by = (AttributeKey: string, AttributeValue: string) =>
  lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] }).Events.map(({ EventName }) => EventName);

beforeEach(() => {
  rig = new Rig();
  root = rig.account('111122223333');
});

describe('LookupEvents', () => {
  it('finds events newest first, by each attribute, also after they were delivered', () => {
    const alice = rig.user(root, 'alice');
    rig.cloud.takeRecords();
    rig.refusal(alice, 'iam', 'ListUsers');
    expect(lookup().Events.map(({ EventName }) => EventName)).toEqual([
      'ListUsers',
      'CreateAccessKey',
      'CreateUser',
    ]);
    expect(by('EventName', 'CreateUser')).toEqual(['CreateUser']);
    expect(by('Username', 'alice')).toEqual(['ListUsers']);
    expect(by('AccessKeyId', alice.AccessKeyId)).toEqual(['ListUsers']);
    expect(by('ResourceName', 'alice')).toEqual(['CreateAccessKey', 'CreateUser']);
    expect(by('EventName', 'NoSuchThing')).toEqual([]);
    expect(by('ReadOnly', 'false')).toEqual(['CreateAccessKey', 'CreateUser']);
    const [event] = lookup({
      LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'alice' }],
    }).Events;
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({ errorCode: 'AccessDenied' });
  });

  it('cuts by time', () => {
    rig.iam(root, 'ListUsers');
    rig.now += 60_000;
    rig.iam(root, 'ListRoles');
    const names = (input: object) => lookup(input).Events.map(({ EventName }) => EventName);
    expect(names({ StartTime: new Date(rig.now - 30_000) })).toEqual(['ListRoles']);
    expect(names({ EndTime: new Date(rig.now - 30_000) })).toEqual(['ListUsers']);
    const input = { StartTime: new Date(rig.now), EndTime: new Date(rig.now - 1) };
    expect(rig.refusal(root, 'cloudtrail', 'LookupEvents', input)).toMatch(/^InvalidTimeRangeException/);
  });

  it('pages without skipping or repeating, although its own calls are events too', () => {
    for (let i = 0; i < 7; i++) rig.iam(root, 'CreateGroup', { GroupName: `g${i}` });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = lookup({
        MaxResults: 3,
        LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }],
        ...(NextToken && { NextToken }),
      });
      seen.push(
        ...answer.Events.map(
          ({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent).requestParameters.groupName,
        ),
      );
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(seen).toEqual(['g6', 'g5', 'g4', 'g3', 'g2', 'g1', 'g0']);
  });

  it("shows an account its own events of the asked region, and nobody else's", () => {
    const other = rig.account('444455556666');
    rig.iam(other, 'ListUsers');
    rig.call(root, 'ec2', 'DescribeVpcs', {}, { region: 'eu-west-1' });
    expect(lookup().Events).toEqual([]);
    expect(lookup({}, { region: 'eu-west-1' }).Events.map(({ EventName }) => EventName)).toEqual([
      'DescribeVpcs',
    ]);
  });

  it('needs a permission, and answers in awsJson terms', () => {
    const poor = rig.user(root, 'poor', allow('cloudtrail:DescribeTrails'));
    expect(rig.refusal(poor, 'cloudtrail', 'LookupEvents')).toBe(
      'AccessDeniedException: User: arn:aws:iam::111122223333:user/poor is not authorized to perform: cloudtrail:LookupEvents because no identity-based policy allows the cloudtrail:LookupEvents action',
    );
    expect(rig.call(poor, 'cloudtrail', 'DescribeTrails')).toEqual({ trailList: [] });
    const two = [
      { AttributeKey: 'EventName', AttributeValue: 'a' },
      { AttributeKey: 'Username', AttributeValue: 'b' },
    ];
    expect(rig.refusal(root, 'cloudtrail', 'LookupEvents', { LookupAttributes: two })).toMatch(
      /^InvalidLookupAttributesException/,
    );
  });

  it('refuses tokens that it did not make, and knows no Insights events', () => {
    rig.iam(root, 'CreateUser', { UserName: 'alice' });
    for (const NextToken of ['zzz', '', Buffer.from('p:99999').toString('base64')]) {
      expect(rig.refusal(root, 'cloudtrail', 'LookupEvents', { NextToken })).toMatch(
        /^InvalidNextTokenException/,
      );
    }
    expect(lookup({ EventCategory: 'insight' }).Events).toEqual([]);
  });
});
