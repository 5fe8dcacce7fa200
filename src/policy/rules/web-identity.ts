import { coversAction } from '../lint/actions.ts';
import { callerChooses, pinsDown } from '../lint/clauses.ts';
import type { Rule } from '../lint/rule.ts';
import type { Statement } from '../types.ts';

/** Hosts whose tokens any customer can get: the audience alone proves nothing, the subject must be tied down. */
const shared =
  /(^|[/.])(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|agent\.buildkite\.com)$/;

export const webIdentityUnbounded: Rule = {
  id: 'web-identity-unbounded',
  severity: 'error',
  title: 'Anyone with a token of the identity provider may enter',
  kinds: ['trust'],
  explanation:
    'A public identity provider gives tokens to everyone. Without a condition on the audience (`:aud`), and for ' +
    'providers shared by many customers (GitHub Actions, GitLab, Terraform Cloud) on the subject (`:sub`), a token of a ' +
    'stranger’s application or repository opens the role.',
  fix: 'Compare `HOST:aud` and `HOST:sub` with what you registered.',
  example: {
    bad: '"Principal": {"Federated": "arn:aws:iam::…:oidc-provider/token.actions.githubusercontent.com"}',
    good: '… "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:our-org/our-repo:*"}}',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || statement.principal?.kind !== 'map') continue;
      if (!coversAction(statement, 'sts:AssumeRoleWithWebIdentity')) continue;
      for (const provider of statement.principal.Federated ?? []) {
        if (/:saml-provider\//.test(provider.value)) continue;
        const host = provider.value.replace(/^arn:.*?:oidc-provider\//, '').toLowerCase();
        const subject = claimed(statement, `${host}:sub`);
        if (subject || (!shared.test(host) && claimed(statement, `${host}:aud`))) continue;
        yield {
          span: provider.span,
          statement,
          message: shared.test(host)
            ? `every customer of ${host} may enter: no condition ties down the subject`
            : `every token of ${host} opens the role: no condition ties down audience or subject`,
          help: `add "StringEquals": {"${host}:${shared.test(host) ? 'sub' : 'aud'}": "…"}`,
        };
      }
    }
  },
};

/** `*`, `repo:*` and `repo:our-org*` leave the owner open: anybody may found `our-org-2`. `key` in lower case. */
const claimed = (statement: Statement, key: string): boolean =>
  statement.conditions.some(
    (clause) =>
      clause.key.toLowerCase() === key &&
      pinsDown(clause) &&
      clause.values.every(
        ({ value }) =>
          !callerChooses(value) &&
          !(clause.operator === 'StringLike' && /^([a-z_]+:)?[^/:]*[*?]/.test(value)),
      ),
  );
