import { isAccountId, parseArn } from '../base/index.ts';
import type { Principal } from '../engine/index.ts';
import { CliError, exit } from './exit.ts';

const forms =
  'user ARN, root ARN, assumed-role ARN (arn:aws:sts::ID:assumed-role/ROLE/SESSION), federated-user ARN, saml-provider or oidc-provider ARN, service (x.amazonaws.com) or `anonymous`';

/** Web identity providers that IAM knows without a provider of one's own ("AWS JSON policy elements: Principal"). */
const builtInProviders = new Set([
  'accounts.google.com',
  'cognito-identity.amazonaws.com',
  'graph.facebook.com',
  'www.amazon.com',
]);

/** What an ARN doesn't say of its owner: where it is known, policies that name paths and unique ids decide rightly. */
export interface Directory {
  readonly partition?: string;
  /** The role of a session: its ARN (with its path) and `AROA…`. */
  role?(accountId: string, name: string): { readonly arn: string; readonly id?: string } | undefined;
  /** `AIDA…` of a user. */
  userId?(arn: string): string | undefined;
}

/**
 * The principal that an ARN names, as the engine wants it. Without a directory unique ids are unknown, so policies that
 * name principals by id can't match, and roles are taken to have the path `/`.
 */
export function principalFrom(text: string, directory: Directory = {}): Principal {
  const refuse = (what: string, help: string): never => {
    throw new CliError(`--principal ${text}: ${what}`, exit.usage, help);
  };
  if (text === 'anonymous') return { type: 'anonymous' };
  if (isAccountId(text)) {
    // In a policy the id stands for the whole account; nobody calls as a whole account.
    const partition = directory.partition ?? 'aws';
    return refuse(
      'an account makes no requests; its users, roles and its root user do',
      `write a user's or a session's ARN, or arn:${partition}:iam::${text}:root for the root user`,
    );
  }
  if (builtInProviders.has(text)) return { type: 'federated', provider: text };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) return { type: 'service', service: text };
  const arn = parseArn(text);
  if (arn === undefined || !isAccountId(arn.account)) return refuse('not a principal', `write a ${forms}`);
  if (/[*?]/.test(text)) return refuse('a caller is one principal, without wildcards', `write a ${forms}`);
  const { account: accountId, partition, resource, service } = arn;
  const [kind, ...rest] = resource.split('/');
  const name = rest.join('/');
  if (service === 'iam' && resource === 'root') return { type: 'root', accountId, partition };
  if (service === 'iam' && kind === 'user' && !name.endsWith('/') && name !== '') {
    return { type: 'user', arn: text, id: directory.userId?.(text) ?? '', accountId };
  }
  if (service === 'iam' && (kind === 'saml-provider' || kind === 'oidc-provider') && name !== '') {
    return { type: 'federated', provider: text, accountId };
  }
  if (service === 'sts' && kind === 'federated-user' && name !== '') {
    return { type: 'federated-user', arn: text, name, accountId, issuerArn: '', issuerId: '' };
  }
  if (service === 'sts' && kind === 'assumed-role' && rest.length === 2 && !rest.includes('')) {
    const [role, sessionName] = rest as [string, string];
    const known = directory.role?.(accountId, role);
    const roleArn = known?.arn ?? `arn:${partition}:iam::${accountId}:role/${role}`;
    // SCPs don't limit service-linked roles, whose path is reserved ("Service control policies: not affected").
    const serviceLinked = roleArn.includes(':role/aws-service-role/');
    return {
      type: 'role-session',
      arn: text,
      roleArn,
      roleId: known?.id ?? '',
      sessionName,
      accountId,
      ...(serviceLinked && { serviceLinked }),
    };
  }
  return refuse(
    'not a form that can make requests',
    service === 'iam' && kind === 'role'
      ? `a role acts through its sessions: arn:${partition}:sts::${accountId}:assumed-role/${rest.at(-1)}/SESSION`
      : `write a ${forms}`,
  );
}
