import type { PrincipalElement } from '../policy/index.ts';
import type { Principal } from './types.ts';

/**
 * How a resource policy names the caller. The form decides what else is needed ("Determining whether a request is
 * allowed or denied within an account", table of principal types):
 * - `none`: not named
 * - `account`: the caller's account; that account's identity policies must grant
 * - `limited`: the role of a session, or the IAM user behind a federated session; an implicit deny of the boundary
 *   or the session policy still counts
 * - `direct`: the user, the session, the service itself, or everyone; in the same account nothing else is needed
 */
export const Form = { none: 0, account: 1, limited: 2, direct: 3 } as const;
export type Form = (typeof Form)[keyof typeof Form];

export type PrincipalTest = (principal: Principal) => Form;

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:[a-z-]+:iam::(\d{12}):root$/;

/** The account that an `AWS` principal names as a whole, if it names one. */
const accountOf = (text: string): string | undefined =>
  ACCOUNT_ID.test(text) ? text : ROOT_ARN.exec(text)?.[1];

interface Named {
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  /** ARNs and unique ids, exactly as written: wildcards are not allowed in a principal. */
  readonly names: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

function read(element: PrincipalElement): Named {
  const accounts = new Set<string>();
  const names = new Set<string>();
  const services = new Set<string>();
  const providers = new Set<string>();
  let everyone = element.kind === 'star';
  if (element.kind === 'map') {
    for (const { value } of element.AWS ?? []) {
      const account = accountOf(value);
      // `{"AWS": "*"}` and `"*"` are equivalent in a resource-based policy ("All principals").
      if (value === '*') everyone = true;
      else if (account !== undefined) accounts.add(account);
      else names.add(value);
    }
    // CanonicalUser is not read: no request of ours carries a canonical user id.
    for (const { value } of element.Service ?? []) services.add(value);
    for (const { value } of element.Federated ?? []) providers.add(value);
  }
  return { everyone, accounts, names, services, providers };
}

/** Compiles a Principal element. */
export function compilePrincipal(element: PrincipalElement): PrincipalTest {
  const { everyone, accounts, names, services, providers } = read(element);
  if (everyone) return () => Form.direct;
  return (principal) => {
    switch (principal.type) {
      case 'user':
        if (names.has(principal.arn) || names.has(principal.id)) return Form.direct;
        return accounts.has(principal.accountId) ? Form.account : Form.none;
      case 'role-session':
        if (names.size > 0) {
          if (names.has(principal.arn) || namesSession(names, principal)) return Form.direct;
          if (names.has(principal.roleArn) || names.has(principal.roleId)) return Form.limited;
        }
        return accounts.has(principal.accountId) ? Form.account : Form.none;
      case 'federated-user':
        if (names.has(principal.arn)) return Form.direct;
        if (names.has(principal.issuerArn) || names.has(principal.issuerId)) return Form.limited;
        return accounts.has(principal.accountId) ? Form.account : Form.none;
      case 'root':
        return accounts.has(principal.accountId) ? Form.direct : Form.none;
      case 'service':
        return services.has(principal.service) || services.has('*') ? Form.direct : Form.none;
      case 'federated':
        return providers.has(principal.provider) ? Form.direct : Form.none;
      case 'anonymous':
        return Form.none;
    }
  };
}

/** `AROA…:session` names one session by id; the text is only built when some id with a colon is there. */
function namesSession(
  names: ReadonlySet<string>,
  principal: Extract<Principal, { type: 'role-session' }>,
): boolean {
  return names.has(`${principal.roleId}:${principal.sessionName}`);
}

/**
 * Compiles a NotPrincipal element: true when the statement applies, that is when the caller is not exempt.
 *
 * A caller is exempt only when every ARN that stands for it is listed: user and account, or session, role and account
 * ("AWS JSON policy elements: NotPrincipal", "Specifying NotPrincipal with Deny"). unverified: AWS says that leaving
 * the account out "might" deny; we deny.
 */
export function compileNotPrincipal(element: PrincipalElement): (principal: Principal) => boolean {
  const { everyone, accounts, names, services, providers } = read(element);
  if (everyone) return () => false;
  return (principal) => {
    switch (principal.type) {
      case 'user':
        return !((names.has(principal.arn) || names.has(principal.id)) && accounts.has(principal.accountId));
      case 'role-session':
        return !(
          (names.has(principal.arn) || namesSession(names, principal)) &&
          (names.has(principal.roleArn) || names.has(principal.roleId)) &&
          accounts.has(principal.accountId)
        );
      case 'federated-user':
        return !(names.has(principal.arn) && accounts.has(principal.accountId));
      case 'root':
        return !accounts.has(principal.accountId);
      case 'service':
        return !services.has(principal.service);
      case 'federated':
        return !providers.has(principal.provider);
      case 'anonymous':
        return true;
    }
  };
}
