import type { Span } from '../base/index.ts';
import { quote, type Report } from './report.ts';
import type { Located, PolicyDocument, PolicyKind, Statement } from './types.ts';

const iamKinds: readonly PolicyKind[] = ['identity', 'inline-user', 'inline-role', 'boundary', 'session'];

/** What the use as `kind` forbids or demands: every fault is an error, because AWS refuses the document. */
export function checkKind(document: PolicyDocument, kind: PolicyKind, report: Report): void {
  checkSids(document, kind, report);
  checkCharacters(document, kind, report);
  if (document.idSpan !== undefined && (iamKinds.includes(kind) || kind === 'scp' || kind === 'rcp')) {
    // Policy grammar notes: the id block "must not be included in identity-based policies".
    at(report, document.idSpan, 'forbidden-element', `${names[kind]} has no Id`, 'remove it');
  }
  for (const statement of document.statements) {
    if (kind === 'trust') checkTrust(statement, report);
    else if (kind === 'rcp') checkRcp(statement, report);
    else if (kind === 'resource' || kind === 'vpc-endpoint') demandPrincipal(statement, kind, report);
    else checkWithoutPrincipal(statement, kind, report);
  }
}

export const names: Record<PolicyKind, string> = {
  identity: 'an identity policy',
  'inline-user': 'an inline policy of a user',
  'inline-role': 'an inline policy of a role',
  trust: 'a trust policy',
  resource: 'a resource policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  'vpc-endpoint': 'a VPC endpoint policy',
};

function at(report: Report, span: Span, code: string, message: string, help: string): void {
  report.error(code, { start: span.start.offset, end: span.end.offset }, message, help);
}

/** The brace that opens the statement: a missing element has no place of its own. */
const opening = ({ span }: Statement): Span => ({
  start: span.start,
  end: { ...span.start, offset: span.start.offset + 1, column: span.start.column + 1 },
});

const spanOf = (list: readonly Located[], statement: Statement): Span => list[0]?.span ?? statement.span;

/** Identity policies, boundaries, session policies, SCPs: the principal is whoever holds them. */
function checkWithoutPrincipal(s: Statement, kind: PolicyKind, report: Report): void {
  for (const [element, principal] of [
    ['Principal', s.principal],
    ['NotPrincipal', s.notPrincipal],
  ] as const) {
    if (principal === undefined) continue;
    at(
      report,
      principal.span,
      'forbidden-element',
      `${names[kind]} has no ${element}`,
      'remove it: the policy applies to whom it is attached to',
    );
  }
  // Since September 2025 SCPs take the whole language: orgs_manage_policies_scps_syntax.html lists Resource for both
  // effects and shows it in every example.
  if (s.resource === undefined && s.notResource === undefined) {
    at(
      report,
      opening(s),
      'missing-element',
      'the statement has no Resource',
      'add "Resource": an ARN, or "*"',
    );
  }
}

function demandPrincipal(s: Statement, kind: PolicyKind, report: Report): void {
  if (s.principal !== undefined || s.notPrincipal !== undefined) return;
  at(
    report,
    opening(s),
    'missing-element',
    `the statement has no Principal, and ${names[kind]} must say whom it means`,
    'add "Principal": {"AWS": "ARN or account id"}',
  );
}

/** IAM: "Has prohibited field Resource", "AssumeRole policy may only specify STS AssumeRole actions". */
function checkTrust(s: Statement, report: Report): void {
  if (s.notPrincipal !== undefined) {
    at(
      report,
      s.notPrincipal.span,
      'forbidden-element',
      'a trust policy has no NotPrincipal',
      'name those who may enter with Principal; exclude others with a condition on aws:PrincipalArn',
    );
  } else {
    demandPrincipal(s, 'trust', report);
  }
  for (const [element, list] of [
    ['Resource', s.resource],
    ['NotResource', s.notResource],
  ] as const) {
    if (list === undefined) continue;
    at(
      report,
      spanOf(list, s),
      'forbidden-element',
      `a trust policy has no ${element}`,
      'remove it: the resource is the role that the policy belongs to',
    );
  }
  for (const action of s.action ?? []) {
    if (/^sts:/i.test(action.value)) continue;
    at(
      report,
      action.span,
      'trust-action',
      `${quote(action.value)} does not belong in a trust policy, which decides about entering the role only`,
      'write "sts:AssumeRole" here; what the role may do stands in its permission policies',
    );
  }
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html */
function checkRcp(s: Statement, report: Report): void {
  const star = s.principal?.kind === 'star' || (s.principal?.kind === 'map' && onlyStar(s.principal.AWS));
  if (s.notPrincipal !== undefined) {
    at(
      report,
      s.notPrincipal.span,
      'forbidden-element',
      'a resource control policy has no NotPrincipal',
      'write "Principal": "*"',
    );
  } else if (s.principal === undefined) {
    demandPrincipal(s, 'rcp', report);
  } else if (!star) {
    at(
      report,
      s.principal.span,
      'rcp-principal',
      'the Principal of a resource control policy is always "*"',
      'write "Principal": "*" and narrow it with a condition such as aws:PrincipalArn or aws:PrincipalOrgID',
    );
  }
  if (s.notAction !== undefined) {
    at(
      report,
      spanOf(s.notAction, s),
      'forbidden-element',
      'a resource control policy has no NotAction',
      'list actions in Action',
    );
  }
  const fullAccess = s.action?.length === 1 && s.action[0]?.value === '*' && s.resource?.[0]?.value === '*';
  if (s.effect === 'Allow' && !(fullAccess && s.conditions.length === 0)) {
    // Only RCPFullAWSAccess, which AWS manages, allows.
    at(report, opening(s), 'rcp-allow', 'a resource control policy can only deny', 'write "Effect": "Deny"');
  }
  if (s.resource === undefined && s.notResource === undefined) {
    at(
      report,
      opening(s),
      'missing-element',
      'the statement has no Resource',
      'add "Resource": an ARN, or "*"',
    );
  }
}

const onlyStar = (list: readonly Located[] | undefined): boolean =>
  list !== undefined && list.length > 0 && list.every((l) => l.value === '*');

function checkSids(document: PolicyDocument, kind: PolicyKind, report: Report): void {
  if (kind === 'resource' || kind === 'vpc-endpoint') return; // Services have rules of their own; many allow spaces.
  for (const { sid, sidSpan } of document.statements) {
    if (sid === undefined || sidSpan === undefined || /^[A-Za-z0-9]*$/.test(sid)) continue;
    at(
      report,
      sidSpan,
      'sid-characters',
      `the Sid ${quote(sid)} holds more than letters and digits`,
      sid.replace(/[^A-Za-z0-9]/g, '') === ''
        ? 'use A-Z, a-z and 0-9'
        : `write ${quote(sid.replace(/[^A-Za-z0-9]/g, ''))}`,
    );
  }
}

/**
 * IAM's API takes `[\u0009\u000A\u000D\u0020-\u00FF]+` as a policy document
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html); \u escapes pass.
 */
function checkCharacters(document: PolicyDocument, kind: PolicyKind, report: Report): void {
  if (kind !== 'trust' && !iamKinds.includes(kind)) return;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class is AWS's own.
  const match = /[^\u0009\u000A\u000D\u0020-\u00FF]/u.exec(document.text);
  if (match === null) return;
  const code = match[0].codePointAt(0) ?? 0;
  report.error(
    'document-character',
    { start: match.index, end: match.index + match[0].length },
    `IAM takes no character beyond U+00FF in a policy, and here stands U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
    'write it as a \\u escape, or do without',
  );
}
