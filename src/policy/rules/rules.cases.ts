import type { LintOptions } from '../lint/index.ts';
import type { PolicyKind } from '../types.ts';
import { conditionCases } from './cases/conditions.ts';
import { mfaCases } from './cases/mfa.ts';
import { permissionCases } from './cases/permissions.ts';
import { principalCases } from './cases/principals.ts';
import { refusalCases } from './cases/refusals.ts';

export interface RuleCase {
  readonly about: string;
  /** One statement, or all. */
  readonly policy?: object | readonly object[];
  /** The whole document instead. */
  readonly text?: string;
  /** Default 2012-10-17; '' leaves it out. */
  readonly version?: string;
  /** Default identity. */
  readonly kind?: PolicyKind;
  readonly options?: Partial<LintOptions>;
  readonly says?: string;
  readonly times?: number;
  readonly severity?: string;
}

export interface RuleCases {
  readonly fires: readonly RuleCase[];
  readonly quiet: readonly RuleCase[];
}

/** For each rule policies in which it fires, and near ones in which it stays quiet. */
export const cases: Readonly<Record<string, RuleCases>> = {
  ...principalCases,
  ...mfaCases,
  ...conditionCases,
  ...permissionCases,
  ...refusalCases,
};
