import type { Stack, StackOutput } from '../model.ts';
import type { CloudFormationState } from '../state.ts';
import { invalid, templateError } from '../template/fail.ts';
import type { Template } from '../template/model.ts';
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
    const resolved = resolve(output.value, environment);
    if (resolved === undefined) continue;
    const value = textOf(resolved);
    if (value === undefined) {
      throw invalid(
        `Template format error: Output ${output.key} is malformed. The Value field of every Outputs member must evaluate to a String.`,
      );
    }
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

function checkExports(
  state: CloudFormationState,
  stack: Stack,
  outputs: readonly StackOutput[],
  now: number,
): void {
  const mine = new Map(outputs.map(({ exportName, value }) => [exportName, value]));
  for (const { name, stack: owner } of exportsIn(state, stack.accountId, stack.region, now)) {
    if (owner !== stack && mine.has(name)) {
      throw invalid(`Export with name ${name} is already exported by stack ${owner.name}.`);
    }
  }
  for (const { exportName: name, value } of stack.outputs) {
    if (name === undefined || mine.get(name) === value) continue;
    const [user] = importersOf(state, stack, name, now);
    if (user === undefined) continue;
    const what = mine.has(name) ? 'updated' : 'deleted';
    throw invalid(`Export ${name} cannot be ${what} as it is in use by ${user}`);
  }
}
