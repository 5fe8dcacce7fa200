/**
 * Policy documents: strict parser with places, canonical printer, quotas, linter. Pure, but for the linter's catalogue of
 * AWS's actions, which is read from disk on first use.
 *
 * @module policy
 */
export type { Diagnostic, Position, Result, Severity, Span } from '../base/index.ts';
export {
  conditionOperators,
  type OperatorFamily,
  type OperatorInfo,
  operatorInfo,
  operatorText,
  type ParsedOperator,
  parseOperator,
} from './grammar/operators.ts';
export { isBase64, parseIamBoolean, parseIamDate, parseIamNumber } from './grammar/values.ts';
export { type LintOptions, lintPolicy, policyRules } from './lint/index.ts';
export type { RuleEntry } from './lint/rule.ts';
export { parseIgnoreFile, type Suppression } from './lint/suppress.ts';
export { type ParseOptions, parsePolicy } from './parse.ts';
export { printPolicy, printPolicyJson } from './print.ts';
export { policySize, quotaOf } from './size.ts';
export type * from './types.ts';
