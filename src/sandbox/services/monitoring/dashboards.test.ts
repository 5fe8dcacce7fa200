import { beforeEach, describe, expect, it } from 'vitest';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '111122223333';
const DashboardBody = '{"widgets":[{"type":"text","properties":{"markdown":"x"}}]}';
const arn = (name: string) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`;

let rig: Rig;
let root: Keys;
beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});
const cw = <T = Record<string, unknown>>(operation: string, input: object = {}, region = 'us-east-1'): T =>
  rig.call<T>(root, 'monitoring', operation, input, { region });
const refused = (operation: string, input: object, keys = root) =>
  rig.refusal(keys, 'monitoring', operation, input);
const put = (DashboardName: string, more: object = {}) =>
  cw('PutDashboard', { DashboardName, DashboardBody, ...more });

describe('a dashboard', () => {
  it('is put, read in every region, replaced and deleted', () => {
    expect(put('access')).toEqual({ DashboardValidationMessages: [] });
    expect(cw('GetDashboard', { DashboardName: 'access' }, 'eu-west-1')).toEqual({
      DashboardName: 'access',
      DashboardArn: arn('access'),
      DashboardBody,
    });
    rig.now += 60_000;
    put('access', { DashboardBody: '{}' });
    put('other');
    expect(cw('ListDashboards', { DashboardNamePrefix: 'acc' })).toEqual({
      DashboardEntries: [
        { DashboardName: 'access', DashboardArn: arn('access'), LastModified: new Date(rig.now), Size: 2 },
      ],
    });
    expect(refused('DeleteDashboards', { DashboardNames: ['other', 'none'] })).toMatch(
      /^DashboardNotFoundError/,
    );
    cw('DeleteDashboards', { DashboardNames: ['access', 'other'] });
    expect(refused('GetDashboard', { DashboardName: 'access' })).toMatch(/^DashboardNotFoundError/);
    expect(cw('ListDashboards')).toEqual({ DashboardEntries: [] });
  });

  it('has a name of letters, digits, - and _, and a JSON object as its body', () => {
    expect(refused('PutDashboard', { DashboardName: 'a b', DashboardBody })).toMatch(
      /^DashboardInvalidInputError: .*DashboardName/,
    );
    for (const body of ['', 'x', '[]', 'null'])
      expect(refused('PutDashboard', { DashboardName: 'a', DashboardBody: body })).toMatch(
        /^DashboardInvalidInputError: .*DashboardBody/,
      );
  });

  it('is one account’s, by who may', () => {
    put('access');
    const other = rig.account('222222222222');
    expect(refused('GetDashboard', { DashboardName: 'access' }, other)).toMatch(/^DashboardNotFoundError/);
    const reader = rig.user(root, 'reader', allow('cloudwatch:GetDashboard', arn('access')));
    rig.call(reader, 'monitoring', 'GetDashboard', { DashboardName: 'access' });
    expect(refused('DeleteDashboards', { DashboardNames: ['access'] }, reader)).toMatch(/^AccessDenied/);
    expect(refused('PutDashboard', { DashboardName: 'access', DashboardBody }, reader)).toMatch(
      /^AccessDenied/,
    );
  });

  it('takes tags when it is made, afterwards with TagResource only, and policies see them', () => {
    const tags = () => cw<{ Tags: object[] }>('ListTagsForResource', { ResourceARN: arn('access') }).Tags;
    put('access', { Tags: [{ Key: 'team', Value: 'security' }] });
    put('access', { Tags: [{ Key: 'team', Value: 'other' }] });
    expect(tags()).toEqual([{ Key: 'team', Value: 'security' }]);
    const own = { StringEquals: { 'aws:ResourceTag/team': 'security' } };
    const member = rig.user(root, 'member', allow('cloudwatch:*', '*', own));
    rig.call(member, 'monitoring', 'GetDashboard', { DashboardName: 'access' });
    cw('TagResource', { ResourceARN: arn('access'), Tags: [{ Key: 'team', Value: 'other' }] });
    expect(refused('GetDashboard', { DashboardName: 'access' }, member)).toMatch(/^AccessDenied/);
    cw('UntagResource', { ResourceARN: arn('access'), TagKeys: ['team'] });
    expect(tags()).toEqual([]);
  });
});
