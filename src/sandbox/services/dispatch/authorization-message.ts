import { type AuthRequest, callerArn, type Principal } from '../../../engine/index.ts';

/**
 * What DecodeAuthorizationMessage shows of a refusal, in the form that AWS's examples have.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html names the contents.
 * unverified: the form, remembered from decoded messages; how statements that matched are shown isn't known.
 */
export function authorizationMessage(
  { principal, action, resource, context }: AuthRequest,
  explicitDeny: boolean,
): Record<string, unknown> {
  const conditions = Object.entries(context).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, values: items([value].flat().map((one) => ({ value: one }))) }],
  );
  return {
    allowed: false,
    explicitDeny,
    // Nothing did, or the denial would be an explicit one.
    ...(!explicitDeny && { matchedStatements: items([]) }),
    failures: items([]),
    context: {
      principal: { ...nameOf(principal), arn: callerArn(principal) },
      action,
      resource,
      conditions: items(conditions),
    },
  };
}

const items = <T>(list: readonly T[]) => ({ items: list });

function nameOf(principal: Principal): { id?: string; name?: string } {
  switch (principal.type) {
    case 'user':
      return { id: principal.id, name: principal.arn.slice(principal.arn.lastIndexOf('/') + 1) };
    case 'role-session':
      return { id: `${principal.roleId}:${principal.sessionName}` };
    case 'federated-user':
      return { id: `${principal.accountId}:${principal.name}` };
    case 'root':
      return { id: principal.accountId };
    default:
      return {};
  }
}
