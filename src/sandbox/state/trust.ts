import { isAccountId, parseArn, rootArn } from '../../base/index.ts';
import type { Located, PrincipalElement } from '../../policy/index.ts';
import { invalidPrincipal, StoredPolicy, storedPolicy } from './stored-policy.ts';

/** What a trust policy asks of the cloud: ids for ARNs when it is saved, ARNs for ids when it is read. */
export interface Principals {
  knowsAccount(accountId: string): boolean;
  /** The unique id behind a user, role or role-session ARN (`AIDA…`, `AROA…`, `AROA…:session`). */
  idOf(arn: string): string | undefined;
  /** The ARN behind a unique id; undefined when the principal is gone. */
  arnOf(id: string): string | undefined;
}

/**
 * A trust policy as IAM keeps it: users and roles by unique id, not by ARN. When such a principal is deleted the
 * policy shows its id, and a new principal of the same name isn't trusted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
export class Trust {
  /** Text, cut at each principal that is kept by id. */
  readonly #parts: readonly (string | { readonly id: string })[];
  #shown: StoredPolicy;

  private constructor(parts: readonly (string | { readonly id: string })[], shown: StoredPolicy) {
    this.#parts = parts;
    this.#shown = shown;
  }

  /** Throws MalformedPolicyDocument, also for a principal that doesn't exist. */
  static save(text: string, principals: Principals): Trust {
    const given = storedPolicy(text, 'trust');
    const cuts: { start: number; end: number; part: string | { id: string } }[] = [];
    for (const statement of given.document.statements) {
      for (const principal of awsPrincipals(statement.principal)) {
        const part = keptPrincipal(principal.value, principals);
        if (part !== undefined) {
          cuts.push({ start: principal.span.start.offset, end: principal.span.end.offset, part });
        }
      }
    }
    cuts.sort((a, b) => a.start - b.start);
    const parts: (string | { id: string })[] = [];
    let at = 0;
    for (const { start, end, part } of cuts) {
      parts.push(text.slice(at, start), part);
      at = end;
    }
    parts.push(text.slice(at));
    const trust = new Trust(parts, given);
    trust.read(principals);
    return trust;
  }

  /** What was saved: all that `restore` needs. */
  get parts(): readonly (string | { readonly id: string })[] {
    return this.#parts;
  }

  /** A trust policy as `save` kept it. The text may name what is gone by now, so it isn't checked again. */
  static restore(parts: readonly (string | { readonly id: string })[], shown: string): Trust {
    return new Trust(parts, new StoredPolicy(shown, 'trust'));
  }

  /** The text that was read last. */
  get shown(): string {
    return this.#shown.text;
  }

  /** The policy as it reads now: ARNs of the principals that exist, ids of those that don't. */
  read(principals: Principals): StoredPolicy {
    const text = this.#parts
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(shownPrincipal(part.id, principals))))
      .join('');
    // Nearly always nothing has changed, and then the parsed document (and what was compiled from it) stays.
    if (text !== this.#shown.text) this.#shown = storedPolicy(text, 'trust');
    return this.#shown;
  }
}

/**
 * What is shown of a principal that is kept by id: its ARN, the id when it is gone, and of a session whose role is gone
 * `AROA…` of `AROA…:session`, which trusts nobody. unverified: AWS documents the id for roles and users only.
 *
 * An ARN with a wildcard is shown as id, too: paths may have any ASCII character, a user's path can be changed after it
 * was trusted, and a principal with `*` would make the whole policy malformed, for its owner and for everybody else
 * whom it trusts. The id means the same principal. unverified: what AWS shows.
 */
export function shownPrincipal(id: string, principals: Principals): string {
  const arn = principals.arnOf(id);
  return arn === undefined || /[*?]/.test(arn) ? id.replace(/:.*$/, '') : arn;
}

const awsPrincipals = (element: PrincipalElement | undefined): readonly Located[] =>
  element?.kind === 'map' ? (element.AWS ?? []) : [];

/**
 * How one AWS principal is kept: as an id, as other text (account ids become root ARNs), or as it stands (undefined).
 *
 * AWS refuses principals that don't exist. We do so for accounts that live in this cloud; of the others (a vendor's
 * account, say) we can't know what exists there, so their principals are accepted and kept by ARN.
 */
export function keptPrincipal(
  value: string,
  principals: Principals,
): string | { readonly id: string } | undefined {
  if (value === '*') return undefined;
  if (isAccountId(value)) return JSON.stringify(rootArn('aws', value));
  if (/^A(IDA|ROA)[A-Z0-9]{16,}/.test(value)) {
    if (principals.arnOf(value) === undefined) throw invalidPrincipal(value);
    return { id: value };
  }
  const arn = parseArn(value);
  if (arn === undefined || !isAccountId(arn.account) || value.includes('*') || value.includes('?')) {
    throw invalidPrincipal(value);
  }
  const { service, resource } = arn;
  if (service === 'iam' && resource === 'root') return undefined;
  if (service === 'sts' && resource.startsWith('federated-user/')) return undefined;
  const named =
    (service === 'iam' && /^(user|role)\//.test(resource)) ||
    (service === 'sts' && /^assumed-role\/[^/]+\/[^/]+$/.test(resource));
  if (!named) throw invalidPrincipal(value);
  if (!principals.knowsAccount(arn.account)) return undefined;
  const id = principals.idOf(value);
  if (id === undefined) throw invalidPrincipal(value);
  return { id };
}
