import type { Stack, StackOutput } from '../model.ts';
import type { CloudFormationState } from '../state.ts';
import { formatError, invalid, templateError } from '../template/fail.ts';
import type { Template, TemplateOutput } from '../template/model.ts';
import { resolve, textOf } from '../template/resolve.ts';
import { exportsIn, importersOf, type TemplateEnvironment } from './environment.ts';

/** Computes the outputs. Throws ValidationError for an export that is taken, or that is in use and would change. */
export function computeOutputs(
  state: CloudFormationState,
  stack: Stack,
  template: Template,
  environment: TemplateEnvironment,
  now: number,
): StackOutput[] {
  const outputs: StackOutput[] = [];
  for (const output of template.outputs.values()) {
    if (output.condition !== undefined && !environment.condition(output.condition)) continue;
    const value = outputText(output, environment);
    if (value === undefined) continue;
    const exportName =
      output.exportName === undefined ? undefined : textOf(resolve(output.exportName, environment));
    if (output.exportName !== undefined && (exportName === undefined || exportName === '')) {
      throw templateError(`the export name of output ${output.key} must be a non-empty string`);
    }
    outputs.push({
      key: output.key,
      value,
      ...(output.description !== undefined && { description: output.description }),
      ...(exportName !== undefined && { exportName }),
    });
  }
  checkExports(state, stack, outputs, now);
  return outputs;
}

/** undefined: AWS::NoValue. */
export function outputText(output: TemplateOutput, environment: TemplateEnvironment): string | undefined {
  const resolved = resolve(output.value, environment);
  const value = textOf(resolved);
  if (resolved !== undefined && value === undefined) {
    throw formatError(
      `Output ${output.key} is malformed. The Value field of every Outputs member must evaluate to a String.`,
    );
  }
  return value;
}

function checkExports(
  state: CloudFormationState,
  stack: Stack,
  outputs: readonly StackOutput[],
  now: number,
): void {
  const mine = new Map<string, string>();
  for (const { exportName: name, value } of outputs) {
    if (name === undefined) continue;
    // unverified: the words for two outputs of one template.
    if (mine.has(name)) throw invalid(`Export with name ${name} is already exported by stack ${stack.name}.`);
    mine.set(name, value);
  }
  for (const { name, stack: owner } of exportsIn(state, stack.accountId, stack.region, now)) {
    if (owner !== stack && mine.has(name)) {
      throw invalid(`Export with name ${name} is already exported by stack ${owner.name}.`);
    }
  }
  for (const { exportName: name, value } of stack.outputs) {
    if (name === undefined || mine.get(name) === value) continue;
    const [user] = importersOf(state, stack, name, now);
    if (user === undefined) continue;
    // https://www.filipeestacio.dev/posts/cloudformation-export-lock/ shows AWS's words.
    throw invalid(
      `Cannot ${mine.has(name) ? 'update' : 'delete'} export ${name} as it is in use by ${user}.`,
    );
  }
}
