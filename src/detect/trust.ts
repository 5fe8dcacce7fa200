import { compileGlob, parseArn } from '../base/index.ts';
import type { PolicyJson } from '../policy/index.ts';
import { type ConditionClause, type PolicyDocument, parsePolicy, type Statement } from '../policy/index.ts';
import type { Guards } from './types.ts';

/** One principal that a trust policy lets in, in its normal form, and what that way in demands. */
export interface Entrant extends Guards {
  /** ARN, 12-digit account id for a whole account, service or provider name, unique id, or `*`. */
  readonly principal: string;
}

/** Undefined when the text is no policy document. IAM answers with documents URL-encoded (RFC 3986); records show both forms. */
export function parseTrust(text: string): PolicyDocument | undefined {
  const result = parsePolicy(decode(text));
  return result.ok ? result.value : undefined;
}

export const trustText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value as PolicyJson) : undefined;
};

function decode(text: string): string {
  if (!/^\s*%/.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const entryActions = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];

/**
 * Everybody whom the document lets in. Deny statements are not weighed: a Deny can only narrow, and an attacker who
 * adds himself doesn't add one. So this may say more than the truth, never less.
 */
export function entrantsOf(document: PolicyDocument): Entrant[] {
  return document.statements
    .filter((statement) => statement.effect === 'Allow' && letsIn(statement))
    .flatMap((statement) => {
      const guards = guardsOf(statement.conditions);
      return principalsOf(statement).map((principal) => ({
        principal: normalPrincipal(principal),
        ...guards,
      }));
    });
}

function letsIn(statement: Statement): boolean {
  if (statement.action === undefined) return true;
  return statement.action.some(({ value }) => entryActions.some(compileGlob(value.toLowerCase())));
}

function principalsOf({ principal }: Statement): string[] {
  // NotPrincipal with Allow means everybody else; AWS refuses it in trust policies.
  if (principal === undefined || principal.kind === 'star') return ['*'];
  return [principal.AWS, principal.Service, principal.Federated, principal.CanonicalUser].flatMap((list) =>
    (list ?? []).map(({ value }) => value),
  );
}

/** `arn:…:root` and the bare account id mean the same; a session counts as its role. */
export function normalPrincipal(text: string): string {
  const arn = parseArn(text);
  if (!arn) return text;
  if (arn.service === 'iam' && arn.resource === 'root') return arn.account;
  const role = arn.service === 'sts' ? /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1] : undefined;
  return role === undefined ? text : `arn:${arn.partition}:iam::${arn.account}:role/${role}`;
}

/** The account of a normal principal; undefined for services, providers, unique ids and everybody. */
export const accountOfPrincipal = (principal: string): string | undefined =>
  /^\d{12}$/.test(principal) ? principal : parseArn(principal)?.account || undefined;

/**
 * A condition guards only when a request without the value fails it: with `…IfExists`, ForAllValues or a negated operator it
 * passes, as it does with a pattern that everything matches.
 */
function guardsOf(conditions: readonly ConditionClause[]): Guards {
  const sure = conditions.filter((clause) => !clause.ifExists && clause.qualifier !== 'ForAllValues');
  const on = (key: string) => sure.filter((clause) => clause.key.toLowerCase() === key);
  return {
    externalId: on('sts:externalid').some(
      (clause) =>
        ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'].includes(clause.operator) &&
        !clause.values.some(
          ({ value }) => value.includes('${') || (clause.operator === 'StringLike' && /^[*?]+$/.test(value)),
        ),
    ),
    mfa:
      on('aws:multifactorauthpresent').some(
        (clause) =>
          clause.operator === 'Bool' && clause.values.every(({ value }) => value.toLowerCase() === 'true'),
      ) || on('aws:multifactorauthage').some((clause) => /^NumericLessThan(Equals)?$/.test(clause.operator)),
    network: on('aws:sourceip').some(
      (clause) => clause.operator === 'IpAddress' && !clause.values.some(({ value }) => isBroad(value)),
    ),
    organization: on('aws:principalorgid').some(
      (clause) =>
        /^String(Equals|EqualsIgnoreCase|Like)$/.test(clause.operator) &&
        !clause.values.some(({ value }) => /[*?$]/.test(value)),
    ),
  };
}

/** A network that keeps hardly anybody out. */
export const isBroad = (cidr: string): boolean => /\/[0-7]$/.test(cidr);

/** What every one of several ways in demands. */
export const everyWay = (ways: readonly Guards[]): Guards => ({
  externalId: ways.every((way) => way.externalId),
  mfa: ways.every((way) => way.mfa),
  ...(ways.every((way) => way.network) && { network: true }),
  ...(ways.every((way) => way.organization) && { organization: true }),
});
