import type { RuleEntry } from '../lint/rule.ts';
import { rules } from './index.ts';
import { refusals } from './refusals.ts';
import { syntaxCodes } from './syntax.ts';

/** What `lintPolicy` can say, for people: rules first, then what AWS refuses for a kind of policy. */
export const policyRules: readonly RuleEntry[] = [...rules, ...refusals].map(
  ({ id, severity, title, explanation, fix, example }) => ({
    id,
    severity,
    title,
    explanation,
    fix,
    ...(example === undefined ? {} : { example }),
  }),
);

/** The pages of docs/rules: `path` is relative to the root of the repository. */
export function ruleDocs(): readonly { readonly path: string; readonly content: string }[] {
  return [
    { path: 'docs/rules/README.md', content: overview() },
    ...policyRules.map((rule) => ({ path: `docs/rules/${rule.id}.md`, content: page(rule) })),
  ];
}

function overview(): string {
  const row = (rule: RuleEntry): string =>
    `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.title} |`;
  const table = (entries: readonly RuleEntry[]): string =>
    ['| rule | severity | finds |', '|---|---|---|', ...entries.map(row)].join('\n');
  const refused = new Set(refusals.map((r) => r.id));
  return `# Rules for policies

\`crossaccount check FILE…\` and \`lintPolicy\` hold policies against these rules. Errors are what AWS refuses or what
gives away access; warnings are mistakes and risks; infos are worth a look. Each rule is tested with a policy in which
it fires and one in which it stays quiet.

## Risks and mistakes

${table(policyRules.filter((r) => !refused.has(r.id)))}

## What AWS refuses for a kind of policy

${table(policyRules.filter((r) => refused.has(r.id)))}

## What the parser reports for any policy

Each comes with a place and a remedy.

| code | meaning |
|---|---|
${syntaxCodes.map(({ code, what }) => `| \`${code}\` | ${what} |`).join('\n')}

## Keeping a finding

A finding that somebody looked at and keeps is suppressed with a reason, in code by
\`suppress: [{ code, reason, statement }]\` or by a line of an ignore file:

\`\`\`
# RULE [SID OR POSITION FROM 0] -- REASON
unknown-service ReadOnly -- the document is kept as the vendor delivered it
\`\`\`

A suppression without reason does not count, and one that suppresses nothing is reported.
`;
}

function page({ id, severity, title, explanation, fix, example }: RuleEntry): string {
  const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;
  const examples =
    example === undefined
      ? ''
      : `\n## Example\n\n${block(example.bad)}\n${example.good === undefined ? '' : `\nbetter:\n\n${block(example.good)}\n`}`;
  return `# ${id}

**${title}** · severity: ${severity}

${explanation}

## What to do

${fix}
${examples}
[All rules](README.md)
`;
}
