// @ts-check
// "Why was this denied?", and a table of what must never be possible, for CI.
//
//     npm run build && node examples/library/engine.mjs
//
// Exit code: 0 when every expectation below holds, 1 when one doesn't.
import { readFileSync } from 'node:fs';
import { accessDeniedMessage, compile, impliedRequests } from 'crossaccount/engine';
import { parsePolicy } from 'crossaccount/policy';

/** @typedef {import('crossaccount/engine').AuthRequest} AuthRequest */

/**
 * A policy file of the worked example, parsed. In your own tool this is a file of your repository, or what IAM's
 * GetRole and GetRolePolicy return.
 * @param {string} file
 */
function policy(file) {
  const url = new URL(`../two-accounts/policies/${file}`, import.meta.url);
  const parsed = parsePolicy(readFileSync(url, 'utf8'), { file });
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  return { name: file, document: parsed.value };
}

// 1. Everything that applies to "the operator enters the workload account": the operator's own policy in the security
//    account, and the role's trust policy in the workload account. Both must allow, since two accounts are involved.
//    What is left out (boundary, SCPs, session policies …) doesn't limit.
const entering = compile({ identity: [policy('assume-policy.json')], resource: policy('trust-policy.json') });

/** @type {AuthRequest} */
const request = {
  principal: {
    type: 'user',
    arn: 'arn:aws:iam::489157521585:user/security-admin',
    id: 'AIDAEXAMPLESECURITYAD',
    accountId: '489157521585',
  },
  action: 'sts:AssumeRole',
  resource: 'arn:aws:iam::657654036224:role/SecurityAuditRole',
  // Condition keys as the service would see them. Keys that follow from the principal (aws:PrincipalArn, aws:username …)
  // are known. An absent key is absent: a long-term access key without a code has no aws:MultiFactorAuthPresent at all.
  context: { 'sts:ExternalId': 'MyUniqueSecretValue123' },
};

// 2. Why was it denied? `explain` names the layer, the statement with file and line, the condition and its actual value.
const denied = entering.explain(request);
console.log(denied.text);
// The same in AWS's own words, as the operator sees it. There is no such message for what is allowed.
if (!denied.allowed) console.log(`\nAWS says: ${accessDeniedMessage(request, denied)}\n`);

// 3. What must hold, whatever somebody changes in the policies. `authorize` is the fast form: over a million a second.
const withMfa = { ...request.context, 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '30' };
const inside = compile({ identity: [policy('permission-policy.json')] });
/** @type {AuthRequest['principal']} */
const auditor = {
  type: 'role-session',
  arn: 'arn:aws:sts::657654036224:assumed-role/SecurityAuditRole/security-admin',
  roleArn: 'arn:aws:iam::657654036224:role/SecurityAuditRole',
  roleId: 'AROAEXAMPLESECURITYAU',
  sessionName: 'security-admin',
  accountId: '657654036224',
};
/** @param {string} action */
const asAuditor = (action) => ({ principal: auditor, action, resource: '*', context: {} });

/** @type {readonly [string, boolean, import('crossaccount/engine').Authorizer, AuthRequest][]} */
const expectations = [
  ['the operator enters with MFA and ExternalId', true, entering, { ...request, context: withMfa }],
  ['nobody enters without MFA', false, entering, request],
  [
    'nobody enters with another ExternalId',
    false,
    entering,
    { ...request, context: { ...withMfa, 'sts:ExternalId': 'guess' } },
  ],
  ['an auditor looks at instances', true, inside, asAuditor('ec2:DescribeInstances')],
  ['an auditor never ends one', false, inside, asAuditor('ec2:TerminateInstances')],
  ['an auditor makes no users', false, inside, asAuditor('iam:CreateUser')],
];

let broken = 0;
for (const [what, allowed, authorizer, asked] of expectations) {
  const decision = authorizer.authorize(asked);
  const holds = decision.allowed === allowed;
  if (!holds) broken++;
  console.log(`${holds ? 'holds ' : 'BROKEN'}  ${what} (${decision.because}, ${decision.layer})`);
}

// 4. Tags and a source identity are permissions of their own: AWS asks for each of them as well, on both sides.
const tagged = { ...request, context: { ...withMfa, 'sts:SourceIdentity': 'alice' } };
for (const implied of impliedRequests(tagged)) {
  const { allowed } = entering.authorize(implied);
  console.log(
    `\nAssumeRole with a source identity also needs ${implied.action}: ${allowed ? 'allowed' : 'denied'}`,
  );
}
process.exitCode = broken > 0 ? 1 : 0;
