import type * as iam from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../base/index.ts';
import type { AccessKey, User } from '../../state/model.ts';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf } from './find.ts';
import { type IamAccount, iamAccount } from './state.ts';

/** "You can generate a credential report as often as once every four hours." */
const FRESH_MS = 4 * 3_600_000;
const DAY = 86_400_000;

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...['1', '2'].flatMap((n) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (what) => `access_key_${n}_${what}`,
    ),
  ),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export const credentialReportOperations = (world: World, ask: Ask): readonly Operation[] => [
  operation<object, iam.GenerateCredentialReportResponse>({
    name: 'GenerateCredentialReport',
    readOnly: true,
    authorize: () => ask.any('GenerateCredentialReport'),
    handle: (_input, call) => {
      const own = iamAccount(world, call.caller.accountId);
      if (own.report !== undefined && isFresh(own.report.at, call.now)) return { State: 'COMPLETE' };
      const first = own.report === undefined;
      const account = accountOf(world.store, call);
      const rows = [
        rootRow(account.id, account.createdAt, [...account.rootKeys.values()], own),
        ...[...account.users].map((user) => userRow(user, own)),
      ];
      own.report = { at: call.now, text: [columns, ...rows].map(csvRow).join('\n') };
      return {
        State: 'STARTED',
        Description: first
          ? 'No report exists. Starting a new report generation task'
          : 'The existing report has expired. Starting a new report generation task',
      };
    },
  }),
  operation<object, iam.GetCredentialReportResponse>({
    name: 'GetCredentialReport',
    readOnly: true,
    authorize: () => ask.any('GetCredentialReport'),
    handle: (_input, call) => {
      const { report } = iamAccount(world, call.caller.accountId);
      if (report === undefined) throw new AwsError('ReportNotPresent', 'No report is present', 410);
      if (!isFresh(report.at, call.now))
        throw new AwsError('ReportExpired', 'The credential report has expired.', 410);
      return {
        Content: Buffer.from(report.text),
        ReportFormat: 'text/csv',
        GeneratedTime: new Date(report.at),
      };
    },
  }),
];

/**
 * Names may have commas, paths quotes as well: unquoted, whoever names a user could write other columns than its own.
 * unverified: that AWS quotes them; RFC 4180 does.
 */
const csvRow = (row: readonly string[]): string =>
  row.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');

/** The virtual clock may have gone back since. */
const isFresh = (at: number, now: number): boolean => now >= at && now < at + FRESH_MS;

/** `2026-11-23T09:00:00+00:00` */
const time = (ms: number): string => isoSeconds(ms).replace('Z', '+00:00');

function userRow(user: User, { passwordPolicy }: IamAccount): string[] {
  const { login } = user;
  const maxAge = passwordPolicy?.maxAge;
  return [
    user.name,
    user.arn,
    time(user.createdAt),
    String(login !== undefined),
    login === undefined ? 'N/A' : login.lastUsed === undefined ? 'no_information' : time(login.lastUsed),
    login === undefined ? 'N/A' : time(login.changedAt),
    login === undefined || maxAge === undefined ? 'N/A' : time(login.changedAt + maxAge * DAY),
    String(user.mfaDevices.size > 0),
    ...keyColumns([...user.keys.values()]),
    ...noCertificates,
  ];
}

function rootRow(
  accountId: string,
  createdAt: number,
  keys: readonly AccessKey[],
  { rootLogin }: IamAccount,
) {
  return [
    '<root_account>',
    `arn:aws:iam::${accountId}:root`,
    time(createdAt),
    String(rootLogin !== undefined),
    rootLogin === undefined ? 'N/A' : 'no_information',
    'not_supported',
    'not_supported',
    'false',
    ...keyColumns(keys),
    ...noCertificates,
  ];
}

const noCertificates = ['false', 'N/A', 'false', 'N/A'];

const keyColumns = (keys: readonly AccessKey[]): string[] =>
  [0, 1].flatMap((index) => {
    const key = keys[index];
    if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
    const used = key.lastUsed;
    return [
      String(key.active),
      time(key.createdAt),
      used === undefined ? 'N/A' : time(used.at),
      used?.region ?? 'N/A',
      used?.service ?? 'N/A',
    ];
  });
