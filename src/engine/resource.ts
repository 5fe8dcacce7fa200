import { compileGlob } from '../base/index.ts';
import type { Located, PolicyVersion } from '../policy/index.ts';
import type { KeyTable, Slots } from './context.ts';
import { matchCodes } from './pattern.ts';
import { expandCodes, isResolved, parseTemplate, type Template } from './template.ts';

/** Does the Resource (or NotResource) element cover this resource? */
export type ResourceTest = (resource: string, slots: Slots) => boolean;

/** Globs over the whole ARN, case-sensitive; a `*` may run over colons and slashes. */
export function compileResource(
  patterns: readonly Located[],
  version: PolicyVersion,
  keys: KeyTable,
): ResourceTest | undefined {
  if (patterns.some((p) => p.value === '*')) return undefined;
  const tests = patterns.map((p) => compileOne(p.value, version, keys).test);
  if (tests.length === 1) return tests[0];
  return (resource, slots) => {
    for (const test of tests) if (test(resource, slots)) return true;
    return false;
  };
}

/**
 * NotResource: everything but these. A variable without a value makes the statement not apply ("causes the
 * statement to be invalid"), rather than cover more.
 */
export function compileNotResource(
  patterns: readonly Located[],
  version: PolicyVersion,
  keys: KeyTable,
): ResourceTest {
  const parts = patterns.map((p) => compileOne(p.value, version, keys));
  return (resource, slots) => {
    for (const { test, usable } of parts) if (!usable(slots) || test(resource, slots)) return false;
    return true;
  };
}

interface OneResource {
  readonly test: ResourceTest;
  /** False when the pattern can't be resolved for this request. */
  readonly usable: (slots: Slots) => boolean;
}

const always = () => true;
const never = () => false;

function compileOne(pattern: string, version: PolicyVersion, keys: KeyTable): OneResource {
  const template = parseTemplate(pattern, version, keys);
  if (template.parts.length === 1 && template.parts[0]?.kind === 'text')
    return { test: compileGlob(pattern), usable: always };
  if (!template.dynamic) {
    const codes = expandCodes(template, []) ?? [];
    return { test: (resource) => matchCodes(codes, resource), usable: always };
  }
  if (variableBeforeFifthColon(template)) return { test: never, usable: never };
  return {
    test: (resource, slots) => {
      const codes = expandCodes(template, slots);
      return codes !== undefined && matchCodes(codes, resource);
    },
    usable: (slots) => isResolved(template, slots),
  };
}

/** "You can't use a variable to replace parts of the ARN before the fifth colon" (IAM User Guide, policy variables). */
function variableBeforeFifthColon(template: Template): boolean {
  let colons = 0;
  for (const part of template.parts) {
    if (part.kind === 'variable') return colons < 5;
    if (part.kind === 'text') colons += part.text.split(':').length - 1;
  }
  return false;
}
