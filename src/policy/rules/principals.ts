import { coversAction } from '../lint/actions.ts';
import {
  callerChooses,
  callerKeys,
  clausesOn,
  organizationKeys,
  pinsDown,
  tiesDown,
} from '../lint/clauses.ts';
import { accountOf, awsPrincipals, isEveryone } from '../lint/principals.ts';
import type { Rule } from '../lint/rule.ts';
import type { PrincipalElement, Statement } from '../types.ts';

/** In resource policies, the network and the calling resource are bounds as well. */
const resourceKeys = [
  ...callerKeys,
  ...['sourceaccount', 'sourcearn', 'sourceorgid', 'sourceorgpaths', 'sourceowner'].map((k) => `aws:${k}`),
  ...['sourcevpc', 'sourcevpce', 'sourcevpcarn', 'vpceaccount', 'vpceorgid', 'vpceorgpaths'].map(
    (k) => `aws:${k}`,
  ),
  'aws:sourceip',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
];

export const publicPrincipal: Rule = {
  id: 'public-principal',
  severity: 'error',
  title: 'Everyone is let in',
  kinds: ['trust', 'resource'],
  explanation:
    '`"Principal": "*"` and `{"AWS": "*"}` mean every principal of every AWS account. In a trust policy only a ' +
    'condition that AWS itself vouches for (`aws:PrincipalOrgID`, `aws:PrincipalArn`, `aws:PrincipalAccount`) narrows ' +
    'that; an ExternalId, a session name or a tag is chosen by the caller. An ARN with a wildcard for the account ' +
    'narrows nothing: anyone can create a role of that name.',
  fix: 'Name the principals, or add `aws:PrincipalOrgID`.',
  example: {
    bad: '"Principal": "*"',
    good: '"Principal": {"AWS": "arn:aws:iam::489157521585:user/security-admin"}',
  },
  *check({ statements, kind }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || statement.principal === undefined) continue;
      if (!isEveryone(statement.principal) && !namesAnyOf(statement.principal)) continue;
      if (tiesDown(statement, kind === 'trust' ? callerKeys : resourceKeys)) continue;
      yield {
        span: statement.principal.span,
        statement,
        ...(kind === 'trust' ? {} : { severity: 'warning' as const }),
        message:
          statement.conditions.length === 0
            ? 'every principal of every AWS account is let in'
            : 'every AWS account is let in that meets conditions which it chooses itself',
        help: 'name the principals, or add "StringEquals": {"aws:PrincipalOrgID": "o-…"}',
      };
    }
  },
};

/** `{"Service": "*"}`: any service, on behalf of any customer; `{"Federated": "*"}`: any provider. */
const namesAnyOf = (principal: PrincipalElement): boolean =>
  principal.kind === 'map' &&
  [...(principal.Service ?? []), ...(principal.Federated ?? [])].some((p) => p.value === '*');

export const notPrincipalAllow: Rule = {
  id: 'not-principal-allow',
  severity: 'error',
  title: 'NotPrincipal with Allow',
  explanation:
    '`NotPrincipal` with `Allow` lets in everyone in the world but those named, anonymous callers included. AWS ' +
    'advises against it without exception.',
  fix: 'Name with `Principal` who is let in.',
  example: {
    bad: '"Effect": "Allow", "NotPrincipal": {"AWS": "…"}',
    good: '"Effect": "Allow", "Principal": {"AWS": "…"}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || statement.notPrincipal === undefined) continue;
      yield {
        span: statement.notPrincipal.span,
        statement,
        message: 'NotPrincipal with Allow lets in everyone but those named',
        help: 'write Principal with those who may enter',
      };
    }
  },
};

export const notPrincipalDeny: Rule = {
  id: 'not-principal-deny',
  severity: 'info',
  title: 'NotPrincipal with Deny',
  kinds: ['resource', 'vpc-endpoint'],
  explanation:
    'A Deny with `NotPrincipal` must name the account and, for roles, each session besides the role, or it denies ' +
    'those it means to spare; principals with a permissions boundary are always denied.',
  fix: 'Write `"Principal": "*"` with `ArnNotEquals` on `aws:PrincipalArn`.',
  example: {
    bad: '"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/Admin"}',
    good: '"Effect": "Deny", "Principal": "*", "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Admin"}}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Deny' || statement.notPrincipal === undefined) continue;
      yield {
        span: statement.notPrincipal.span,
        statement,
        message: 'NotPrincipal with Deny also denies sessions and accounts that are not named one by one',
        help: 'write "Principal": "*" and "ArnNotEquals": {"aws:PrincipalArn": …}',
      };
    }
  },
};

export const thirdParty: Rule = {
  id: 'third-party-without-external-id',
  severity: 'error',
  title: 'Another company’s account is trusted without ExternalId',
  kinds: ['trust'],
  explanation:
    'A vendor that enters many customers’ accounts can be tricked by one customer into entering another’s (the ' +
    'confused deputy). The vendor passes an ExternalId per customer, and the trust policy demands it. It is no ' +
    'password: AWS does not treat it as secret. Within one organization `aws:PrincipalOrgID` is the stronger guard.\n\n' +
    'Without a list of one’s own accounts the rule can only remind (severity info).',
  fix: 'Add `"StringEquals": {"sts:ExternalId": "…"}` with an id that the vendor chose for you.',
  example: {
    bad: '"Principal": {"AWS": "arn:aws:iam::111122223333:root"}',
    good: '"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Condition": {"StringEquals": {"sts:ExternalId": "…"}}',
  },
  *check({ statements, ownAccounts }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || !coversAction(statement, 'sts:AssumeRole')) continue;
      if (demandsExternalId(statement) || tiesDown(statement, organizationKeys)) continue;
      for (const principal of awsPrincipals(statement)) {
        const account = accountOf(principal.value);
        if (account === undefined || ownAccounts?.includes(account)) continue;
        yield {
          span: principal.span,
          statement,
          ...(ownAccounts === undefined ? { severity: 'info' as const } : {}),
          message:
            ownAccounts === undefined
              ? `account ${account} may enter without ExternalId; if it is not yours, it can be used as a confused deputy`
              : `account ${account} is not one of yours and may enter without ExternalId`,
          help: 'add "StringEquals": {"sts:ExternalId": "…"}, or "aws:PrincipalOrgID" within one organization',
        };
      }
    }
  },
};

/** A wildcard that leaves little open is the business of `external-id-wildcard`. */
const demandsExternalId = (statement: Statement): boolean =>
  clausesOn(statement, 'sts:externalid').some(
    (clause) => pinsDown(clause) && !clause.values.some((v) => callerChooses(v.value)),
  );

export const serviceWithoutSource: Rule = {
  id: 'service-without-source',
  severity: 'warning',
  title: 'A service may act for any account',
  kinds: ['resource'],
  explanation:
    'A service principal acts on behalf of whoever configured the service. Without `aws:SourceAccount`, ' +
    '`aws:SourceArn` or `aws:SourceOrgID` any customer can point the service at this resource.',
  fix: 'Add `"StringEquals": {"aws:SourceAccount": "…"}` or `"ArnLike": {"aws:SourceArn": "…"}`.',
  example: {
    bad: '"Principal": {"Service": "cloudtrail.amazonaws.com"}',
    good: '"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": "…"}}',
  },
  *check({ statements }) {
    const keys = resourceKeys.filter((k) => k.startsWith('aws:source') || k.startsWith('aws:vpce'));
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || statement.principal?.kind !== 'map') continue;
      const service = statement.principal.Service?.[0];
      if (service === undefined || tiesDown(statement, keys)) continue;
      yield {
        span: service.span,
        statement,
        message: `${service.value} may act here for any AWS account`,
        help: 'add "StringEquals": {"aws:SourceAccount": "…"}',
      };
    }
  },
};
