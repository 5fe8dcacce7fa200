import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../base/index.ts';
import { accessOf, exampleAccess } from '../testing.ts';
import { alertsJson } from './alerts.ts';
import { detections, evaluationPeriods } from './detections.ts';

type Json = { readonly [key: string]: unknown };
const isObject = (v: unknown): v is Json => v !== null && typeof v === 'object' && !Array.isArray(v);

/** EventBridge matching, as far as the generated patterns go: every field must match one of its values. */
function eventMatches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern))
    return pattern.some((p: unknown) =>
      isObject(p)
        ? typeof event === 'string' && (parseCidr(String(p.cidr))?.contains(event) ?? false)
        : p === event,
    );
  if (!isObject(pattern)) return false;
  return isObject(event) && Object.entries(pattern).every(([key, p]) => eventMatches(p, event[key]));
}

/** CloudWatch Logs JSON filter patterns: comparisons with wildcards, NOT EXISTS, && || and brackets. */
function filterMatches(pattern: string, record: Json): boolean {
  const tokens = pattern.slice(1, -1).match(/\(|\)|&&|\|\||NOT EXISTS|!=|=|"[^"]*"|\$\.[\w.]+/g) ?? [];
  let at = 0;
  const field = (path: string) =>
    path
      .slice(2)
      .split('.')
      .reduce<unknown>((v, k) => (isObject(v) ? v[k] : undefined), record);
  const glob = (text: string) =>
    new RegExp(
      `^${text
        .split('*')
        .map((s) => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    );
  const term = (): boolean => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inside = or();
      expect(tokens[at++]).toBe(')');
      return inside;
    }
    const value = field(token);
    const operator = tokens[at++];
    if (operator === 'NOT EXISTS') return value === undefined;
    const wanted = glob((tokens[at++] ?? '').slice(1, -1));
    const equal = typeof value === 'string' && wanted.test(value);
    return operator === '=' ? equal : !equal;
  };
  const and = (): boolean => {
    let all = term();
    while (tokens[at] === '&&') {
      at++;
      all = term() && all;
    }
    return all;
  };
  const or = (): boolean => {
    let any = and();
    while (tokens[at] === '||') {
      at++;
      any = and() || any;
    }
    return any;
  };
  const result = or();
  expect(at).toBe(tokens.length);
  return result;
}

const assume = (sourceIPAddress: string, errorCode?: string): Json => ({
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  sourceIPAddress,
  ...(errorCode === undefined ? {} : { errorCode }),
});
const iam = (eventName: string, roleName: string, errorCode?: string): Json => ({
  eventSource: 'iam.amazonaws.com',
  eventName,
  requestParameters: { roleName },
  ...(errorCode === undefined ? {} : { errorCode }),
});
const event = (source: string, detail: Json): Json => ({
  source,
  'detail-type': 'AWS API Call via CloudTrail',
  detail,
});

const byRule = (rule: string, access = exampleAccess()) => {
  const found = detections(access).find((d) => d.rule === rule);
  if (found === undefined) throw new Error(rule);
  return found;
};
const filterHits = (rule: string, record: Json, access = exampleAccess()) =>
  byRule(rule, access).metricFilters.some(({ pattern }) => filterMatches(pattern, record));
const eventHits = (rule: string, e: Json, access = exampleAccess()) =>
  byRule(rule, access).eventRules.some(({ pattern }) => eventMatches(pattern, e));

const ATTACKER = '35.201.45.89';
const OFFICE = '203.0.113.10';

describe('real-time rules', () => {
  it('(a) count refused assumptions, and those only', () => {
    expect(filterHits('failed-assume-role', assume(ATTACKER, 'AccessDenied'))).toBe(true);
    expect(filterHits('failed-assume-role', assume(OFFICE))).toBe(false);
    const alarm = byRule('failed-assume-role').metricFilters[0]?.alarm;
    expect(alarm).toMatchObject({ threshold: 3, period: 900 });
  });

  it('(b) see unknown addresses by filter and by event, and leave the office and services alone', () => {
    for (const ip of [ATTACKER, '203.0.112.255', '203.0.114.0', '2001:db8::1']) {
      expect(filterHits('unknown-network', assume(ip)), ip).toBe(true);
      expect(eventHits('unknown-network', event('aws.sts', assume(ip))), ip).toBe(true);
    }
    for (const ip of [OFFICE, '203.0.113.0', '203.0.113.255', 'ec2.amazonaws.com', 'AWS Internal']) {
      expect(filterHits('unknown-network', assume(ip)), ip).toBe(false);
      expect(eventHits('unknown-network', event('aws.sts', assume(ip))), ip).toBe(false);
    }
  });

  it('(b) sees read-only events: a rule that is merely ENABLED never would', () => {
    const states = byRule('unknown-network').eventRules.map(({ state }) => state);
    expect(states).toEqual(['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']);
  });

  it('(b) says so when the networks do not fit', () => {
    const networks = Array.from({ length: 60 }, (_, i) => `${i + 1}.7.0.0/15`);
    const found = byRule('unknown-network', accessOf({ workloads: 1, networks }));
    expect(found.metricFilters).toEqual([]);
    expect(found.eventRules).toEqual([]);
    expect(found.limits).toContain('do not fit into a metric filter');
    const tight = byRule('unknown-network', accessOf({ workloads: 1, networks: ['10.0.0.0/9'] }));
    expect(tight.metricFilters).toEqual([]);
    expect(tight.eventRules).toHaveLength(1);
  });

  it('(d) see changed trust, new roles and changed permissions of our roles', () => {
    expect(filterHits('trust-policy-change', iam('UpdateAssumeRolePolicy', 'Any'))).toBe(true);
    expect(filterHits('trust-policy-change', iam('UpdateAssumeRolePolicy', 'Any', 'AccessDenied'))).toBe(
      false,
    );
    expect(eventHits('trust-policy-change', event('aws.iam', iam('CreateRole', 'New')))).toBe(true);
    expect(
      eventHits('trust-policy-change', event('aws.iam', iam('PutRolePolicy', 'SecurityAuditRole'))),
    ).toBe(true);
    expect(eventHits('trust-policy-change', event('aws.iam', iam('PutRolePolicy', 'Unrelated')))).toBe(false);
    expect(eventHits('trust-policy-change', event('aws.iam', iam('GetRole', 'SecurityAuditRole')))).toBe(
      false,
    );
  });

  it('(c) and (e) claim nothing in real time', () => {
    for (const rule of ['outside-business-hours', 'shared-role']) {
      expect(byRule(rule)).toMatchObject({ metricFilters: [], eventRules: [] });
      expect(byRule(rule).limits).toContain('Only `crossaccount detect`');
    }
  });
});

describe('alerts.json', () => {
  it('keeps within the limits of CloudWatch and EventBridge', () => {
    const alerts: {
      metricFilters: { filterPattern: string }[];
      eventRules: { EventPattern: string }[];
      alarms: { Period: number }[];
    } = JSON.parse(alertsJson(accessOf({ workloads: 3, networks: ['198.51.100.0/22', '2001:db8::/48'] })));
    for (const { filterPattern } of alerts.metricFilters)
      expect(filterPattern.length).toBeLessThanOrEqual(1024);
    for (const { EventPattern } of alerts.eventRules) expect(EventPattern.length).toBeLessThanOrEqual(2048);
    for (const { Period } of alerts.alarms) expect(Period % 60).toBe(0);
  });

  it('has alarms that look back a quarter of an hour beyond their period, within what CloudWatch takes', () => {
    for (const period of [60, 120, 300, 900, 3_540, 3_600, 43_200]) {
      const periods = evaluationPeriods({ description: '', threshold: 1, period });
      expect((periods - 1) * period).toBeGreaterThanOrEqual(900);
      expect(periods * period).toBeLessThanOrEqual(86_400);
    }
    expect(evaluationPeriods({ description: '', threshold: 1, period: 86_400 })).toBe(1);
    const { alarms } = JSON.parse(alertsJson(accessOf({ workloads: 3, networks: ['198.51.100.0/24'] })));
    expect(alarms.length).toBeGreaterThan(1);
    for (const alarm of alarms) expect(alarm).toMatchObject({ DatapointsToAlarm: 1 });
  });

  it('names topics of the partition', () => {
    const access = accessOf({ workloads: 1, partition: 'aws-cn', region: 'cn-north-1' });
    expect(alertsJson(access)).toContain('arn:aws-cn:sns:cn-north-1:999999999999:fleet-alerts');
    expect(alertsJson(access)).not.toContain('arn:aws:');
  });
});
