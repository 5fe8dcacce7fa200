import type { Access } from '../access/index.ts';
import { csv } from './text/text.ts';
import type { GeneratedFile } from './types.ts';

/** accounts.csv: one row for each way in, and one for each account without any. The data behind the documents. */
export function accountsCsv(access: Access): GeneratedFile {
  const rows: string[][] = [];
  const entered = new Set<string>();
  for (const { account, role, roleArn, from, externalId, mfa, duration } of access.paths) {
    entered.add(account.id);
    rows.push([
      account.name,
      account.id,
      account.profile,
      account.ou ?? '',
      role,
      roleArn,
      from.arn,
      externalId ?? '',
      String(mfa),
      String(duration),
    ]);
  }
  for (const { name, id, profile, ou } of access.accounts)
    if (!entered.has(id)) rows.push([name, id, profile, ou ?? '', '', '', '', '', '', '']);
  return {
    path: 'accounts.csv',
    content: csv([
      ['account', 'account_id', 'profile', 'ou', 'role', 'role_arn', 'from', 'external_id', 'mfa', 'seconds'],
      ...rows,
    ]),
  };
}
