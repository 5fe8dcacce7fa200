import { globMatch } from '../../../../base/index.ts';
import type { Json } from '../model.ts';
import { invalid } from '../template/fail.ts';
import { isObject } from '../template/parse.ts';

export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

interface Statement {
  readonly allow: boolean;
  readonly actions: readonly string[];
  readonly exceptActions: boolean;
  readonly resources: readonly string[];
  readonly exceptResources: boolean;
  readonly types?: readonly string[];
}

const texts = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value]).map(String);

/**
 * A stack policy is no IAM policy: it knows resources by logical id and three actions, and says nothing of who asks.
 * Throws ValidationError for a text that is none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
 */
export function readStackPolicy(text: string): readonly Statement[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('Error validating stack policy: Invalid stack policy');
  }
  const statements = isObject(json) ? [json.Statement].flat() : [];
  if (statements.length === 0) throw invalid('Error validating stack policy: Invalid stack policy');
  return statements.map((statement) => {
    if (!isObject(statement) || !['Allow', 'Deny'].includes(String(statement.Effect))) {
      throw invalid('Error validating stack policy: Invalid stack policy');
    }
    const actions = texts(statement.Action ?? statement.NotAction);
    const resources = texts(statement.Resource ?? statement.NotResource);
    if (
      actions.length === 0 ||
      !actions.every((action) => /^(Update:(Modify|Replace|Delete|\*)|\*)$/.test(action))
    ) {
      throw invalid('Error validating stack policy: Invalid stack policy');
    }
    const types = conditionTypes(statement.Condition);
    return {
      allow: statement.Effect === 'Allow',
      actions,
      exceptActions: statement.Action === undefined,
      resources: resources.length === 0 ? ['*'] : resources,
      exceptResources: statement.Resource === undefined && statement.NotResource !== undefined,
      ...(types !== undefined && { types }),
    };
  });
}

function conditionTypes(condition: Json | undefined): readonly string[] | undefined {
  if (!isObject(condition)) return undefined;
  const test = condition.StringEquals ?? condition.StringLike;
  return isObject(test) ? texts(test.ResourceType) : [];
}

/** Why an update is refused; undefined: it isn't. A stack without a policy allows all. */
export function deniedByPolicy(
  policy: string | undefined,
  action: UpdateAction,
  resource: { readonly logicalId: string; readonly type: string },
): string | undefined {
  if (policy === undefined) return undefined;
  const statements = readStackPolicy(policy);
  const target = `LogicalResourceId/${resource.logicalId}`;
  const applies = (statement: Statement): boolean => {
    const { actions, exceptActions, resources, exceptResources, types } = statement;
    const acts = actions.some((a) => globMatch(a, action)) !== exceptActions;
    const names = resources.some((r) => globMatch(r, target)) !== exceptResources;
    return acts && names && (types === undefined || types.some((t) => globMatch(t, resource.type)));
  };
  const denied = statements.findIndex((statement) => !statement.allow && applies(statement));
  if (denied >= 0) {
    return `Action denied by stack policy: Statement [#${denied + 1}] does not allow [${action}] for resource [${target}];`;
  }
  if (statements.some((statement) => statement.allow && applies(statement))) return undefined;
  return `Action not allowed by stack policy: No statement allows [${action}] for resource [${target}];`;
}
