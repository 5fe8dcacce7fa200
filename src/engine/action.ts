import { compileGlob, type Matcher } from '../base/index.ts';
import type { Statement } from '../policy/index.ts';

/** Does the statement's Action or NotAction element cover this action? The action must be in lower case. */
export function compileAction(statement: Statement): Matcher | undefined {
  const patterns = statement.action ?? statement.notAction;
  if (patterns === undefined) return undefined;
  const tests = patterns.map((p) => compileGlob(p.value.toLowerCase()));
  const covered: Matcher = (action) => tests.some((test) => test(action));
  return statement.action !== undefined ? covered : (action) => !covered(action);
}
