import { compileGlob } from '../base/index.ts';
import type { Located, PolicyVersion } from '../policy/index.ts';
import type { KeyTable, Slots } from './context.ts';
import { matchCodes } from './pattern.ts';
import { expandCodes, parseTemplate, type Template } from './template.ts';

/** Does the Resource (or NotResource) element cover this resource? */
export type ResourceTest = (resource: string, slots: Slots) => boolean;

/** Globs over the whole ARN, case-sensitive; a `*` may run over colons and slashes. */
export function compileResource(
  patterns: readonly Located[],
  version: PolicyVersion,
  keys: KeyTable,
): ResourceTest | undefined {
  if (patterns.some((p) => p.value === '*')) return undefined;
  const tests = patterns.map((p) => compileOne(p.value, version, keys));
  if (tests.length === 1) return tests[0];
  return (resource, slots) => {
    for (const test of tests) if (test(resource, slots)) return true;
    return false;
  };
}

/** NotResource: everything but these. A pattern with a variable without value leaves out nothing. */
export function compileNotResource(
  patterns: readonly Located[],
  version: PolicyVersion,
  keys: KeyTable,
): ResourceTest {
  const covered = compileResource(patterns, version, keys);
  return covered === undefined ? never : (resource, slots) => !covered(resource, slots);
}

const never: ResourceTest = () => false;

function compileOne(pattern: string, version: PolicyVersion, keys: KeyTable): ResourceTest {
  const template = parseTemplate(pattern, version, keys);
  if (template.parts.every((part) => part.kind === 'text')) return compileGlob(pattern);
  if (!template.dynamic) {
    const codes = expandCodes(template, []) ?? [];
    return (resource) => matchCodes(codes, resource);
  }
  if (variableBeforeFifthColon(template)) return never;
  // "The resource that includes a policy variable with no value will not match any resource."
  return (resource, slots) => {
    const codes = expandCodes(template, slots);
    return codes !== undefined && matchCodes(codes, resource);
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
