import { isAccountId, parseArn } from '../base/index.ts';
import type { Principal } from '../engine/index.ts';
import { CliError, exit } from './exit.ts';

const forms =
  'user ARN, root ARN, account id, assumed-role ARN (arn:aws:sts::ID:assumed-role/ROLE/SESSION), federated-user ARN, service (x.amazonaws.com) or `anonymous`';

/**
 * The principal that an ARN names, as the engine wants it. Unique ids are not in an ARN, so policies that name
 * principals by id can't match here; role paths are not in a session's ARN and are taken as `/` unless `rolePath` says.
 */
export function principalFrom(text: string, rolePath = '/'): Principal {
  if (text === 'anonymous') return { type: 'anonymous' };
  if (isAccountId(text)) return { type: 'root', accountId: text, partition: 'aws' };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) return { type: 'service', service: text };
  const arn = parseArn(text);
  if (arn === undefined || !isAccountId(arn.account)) {
    throw new CliError(`--principal ${text}: not a principal`, exit.usage, `write a ${forms}`);
  }
  const { account: accountId, partition, resource, service } = arn;
  const [kind, ...rest] = resource.split('/');
  const name = rest.join('/');
  if (service === 'iam' && resource === 'root') return { type: 'root', accountId, partition };
  if (service === 'iam' && kind === 'user' && name !== '')
    return { type: 'user', arn: text, id: '', accountId };
  if (service === 'sts' && kind === 'federated-user' && name !== '') {
    return { type: 'federated-user', arn: text, name, accountId, issuerArn: '', issuerId: '' };
  }
  if (service === 'sts' && kind === 'assumed-role' && rest.length === 2) {
    const [role, sessionName] = rest as [string, string];
    const roleArn = `arn:${partition}:iam::${accountId}:role${rolePath}${role}`;
    return { type: 'role-session', arn: text, roleArn, roleId: '', sessionName, accountId };
  }
  const hint =
    service === 'iam' && kind === 'role'
      ? `a role acts through its sessions: arn:${partition}:sts::${accountId}:assumed-role/${rest.at(-1)}/SESSION`
      : `write a ${forms}`;
  throw new CliError(`--principal ${text}: not a form that can make requests`, exit.usage, hint);
}
