import type { LintContext, Rule } from '../lint/rule.ts';
import { quote } from '../report.ts';
import type { Located, Statement } from '../types.ts';

export const missingVersion: Rule = {
  id: 'missing-version',
  severity: 'warning',
  title: 'The policy has no Version',
  explanation:
    'Without `Version`, AWS reads a policy in the language of 2008-10-17, where policy variables are plain text: a ' +
    'bucket folder `${aws:username}` is then a folder of that very name.',
  fix: 'Begin every policy with `"Version": "2012-10-17"`.',
  example: { bad: '{"Statement": […]}', good: '{"Version": "2012-10-17", "Statement": […]}' },
  *check({ document }) {
    if (document.versionSpan !== undefined) return;
    const start = document.statements[0]?.span.start;
    if (start === undefined) return;
    yield {
      span: { start, end: { ...start, offset: start.offset + 1, column: start.column + 1 } },
      message: 'the policy has no Version, so AWS reads it in the language of 2008-10-17',
      help: 'add "Version": "2012-10-17"',
    };
  },
};

/** Where the language of 2012 expands variables: resources and the values of string and ARN operators. */
function* texts({ statements }: LintContext): Generator<{ text: Located; statement: Statement }> {
  for (const statement of statements) {
    const clauses = statement.conditions.filter((c) => /^(String|Arn)/.test(c.operator));
    const lists = [statement.resource ?? [], statement.notResource ?? [], ...clauses.map((c) => c.values)];
    for (const list of lists) for (const text of list) yield { text, statement };
  }
}

export const oldVersionVariable: Rule = {
  id: 'old-version-variable',
  severity: 'error',
  title: 'A policy variable that is not expanded',
  explanation:
    'Policy variables exist from Version 2012-10-17 on. Under 2008-10-17 (and without `Version`) `${aws:username}` ' +
    'is compared letter by letter, so an Allow reaches nothing and a Deny protects nothing.',
  fix: 'Write `"Version": "2012-10-17"`.',
  example: {
    bad: '"Version": "2008-10-17", … "Resource": "arn:aws:iam::*:user/${aws:username}"',
    good: '"Version": "2012-10-17", … "Resource": "arn:aws:iam::*:user/${aws:username}"',
  },
  *check(context) {
    if (context.document.version !== '2008-10-17') return;
    for (const { text, statement } of texts(context)) {
      if (!/\$\{[^}]/.test(text.value)) continue;
      yield {
        span: text.span,
        statement,
        message: `the variable in ${quote(text.value)} is plain text in policies of 2008-10-17`,
        help: 'write "Version": "2012-10-17"',
      };
    }
  },
};

/** `${key}`, `${key, 'default'}` (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html) and `${*}`, `${?}`, `${$}`. */
const VARIABLE = /^([*?$]|[A-Za-z0-9_.-]+:[^,'"{}]+(,\s*'[^']*')?)$/;

export const brokenVariable: Rule = {
  id: 'broken-variable',
  severity: 'warning',
  title: 'A policy variable that AWS cannot read',
  explanation:
    "A variable is written `${key}` or `${key, 'default'}`, where the key has a prefix (`aws:username`). An unclosed " +
    'or unknown form makes the element match nothing.',
  fix: "Write `${aws:username}`, or `${aws:PrincipalTag/team, 'none'}`; for the characters themselves `${*}`, `${?}`, `${$}`.",
  example: { bad: '"arn:aws:s3:::home/${username}"', good: '"arn:aws:s3:::home/${aws:username}"' },
  *check(context) {
    if (context.document.version !== '2012-10-17') return;
    for (const { text, statement } of texts(context)) {
      const broken = firstBroken(text.value);
      if (broken === undefined) continue;
      yield {
        span: text.span,
        statement,
        message: `${quote(broken)} is no policy variable`,
        help: "write ${aws:username} or ${aws:PrincipalTag/team, 'none'}",
      };
    }
  },
};

function firstBroken(text: string): string | undefined {
  for (let at = text.indexOf('${'); at !== -1; ) {
    const end = text.indexOf('}', at);
    if (end === -1) return text.slice(at);
    if (end - at > 1000 || !VARIABLE.test(text.slice(at + 2, end))) return text.slice(at, end + 1);
    at = text.indexOf('${', end);
  }
  return undefined;
}
