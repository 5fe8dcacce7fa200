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
export { type ParseOptions, parsePolicy } from './parse.ts';
export { printPolicy, printPolicyJson } from './print.ts';
export { policySize, quotaOf } from './size.ts';
export type * from './types.ts';
