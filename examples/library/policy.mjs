// @ts-check
// A check of policy files for CI, in one screen of code.
//
//     npm run build && node examples/library/policy.mjs [--kind trust] [FILE…]
//
// Exit code: 0 nothing but remarks, 1 at least one error or warning, 2 a file can't be read.
// (`crossaccount check` does this and more; this is for those who want it inside their own tool.)
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lintPolicy, parsePolicy, policySize, quotaOf } from 'crossaccount/policy';

/** @typedef {import('crossaccount/policy').PolicyKind} PolicyKind */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kind: { type: 'string', default: 'identity' } },
});
const kind = /** @type {PolicyKind} */ (values.kind);

// Without arguments: the permission policy that usually comes with this pattern, mistake included.
const example = new URL('../two-accounts/as-published/permission-policy.json', import.meta.url);
const files = positionals.length > 0 ? positionals : [example];

let problems = 0;
for (const file of files) {
  const name = file instanceof URL ? 'permission-policy.json' : file;
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }

  // The parser never throws: whatever is wrong with a document is a diagnostic with a place. Say what the document is
  // used as, since AWS takes different elements in a trust policy and in an identity policy.
  const parsed = parsePolicy(text, { file: name, kind });

  // What parses can still be a bad idea: the linter knows AWS's actions, condition keys, quotas and the usual traps.
  const findings = parsed.ok ? await lintPolicy(parsed.value, { kind }) : parsed.diagnostics;

  for (const { severity, code, message, span, help } of findings) {
    if (severity !== 'info') problems++;
    const at = span === undefined ? name : `${name}:${span.start.line}:${span.start.column}`;
    console.log(`${at}: ${severity} ${code}: ${message}${help === undefined ? '' : `\n    ${help}`}`);
  }

  // AWS counts characters without white space, so a pretty-printed file may be larger than the quota and still fit.
  console.log(`${name}: ${policySize(text)} of ${quotaOf(kind)} characters`);
}
process.exitCode = problems > 0 ? 1 : 0;
