import { suggest } from '../../base/index.ts';
import type { JsonNode, JsonObject } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { Statement } from '../types.ts';
import { readActions } from './action.ts';
import { readCondition } from './condition.ts';
import { readPrincipal } from './principal.ts';
import { readMembers, wrongType } from './read.ts';
import { readResources } from './resource.ts';

/** In the order in which AWS's own documents write them. */
export const statementElements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const;

type Members = { readonly [K in (typeof statementElements)[number]]?: JsonNode };

/** Reads one statement; undefined when it is so broken that none can be built. */
export function readStatement(node: JsonNode, index: number, report: Report): Statement | undefined {
  if (node.type !== 'object') {
    wrongType(node, 'a statement', 'an object with Effect and Action', report);
    return undefined;
  }
  const m = readMembers(node, statementElements, 'a statement', report);
  exclusive(node, m, 'Principal', 'NotPrincipal', report);
  exclusive(node, m, 'Action', 'NotAction', report);
  exclusive(node, m, 'Resource', 'NotResource', report);
  const effect = readEffect(node, m.Effect, report);
  if (m.Action === undefined && m.NotAction === undefined && !nearlyHas(node, ['action', 'notaction'])) {
    report.error(
      'missing-element',
      opening(node),
      'the statement has no Action',
      'add "Action": "service:Name"',
    );
  }
  const sid = readSid(m.Sid, report);
  const principal = m.Principal && readPrincipal(m.Principal, 'Principal', report);
  const notPrincipal = m.NotPrincipal && readPrincipal(m.NotPrincipal, 'NotPrincipal', report);
  return {
    index,
    ...(sid === undefined ? {} : { sid, sidSpan: report.span(m.Sid ?? node) }),
    effect: effect ?? 'Deny', // Only reached together with an error: the document is not handed out.
    ...(principal && { principal }),
    ...(notPrincipal && { notPrincipal }),
    ...(m.Action && { action: readActions(m.Action, 'Action', report) }),
    ...(m.NotAction && { notAction: readActions(m.NotAction, 'NotAction', report) }),
    ...(m.Resource && { resource: readResources(m.Resource, 'Resource', report) }),
    ...(m.NotResource && { notResource: readResources(m.NotResource, 'NotResource', report) }),
    conditions: m.Condition ? readCondition(m.Condition, report) : [],
    span: report.span(node),
  };
}

/** Just the brace: a diagnostic about what is missing should not underline the whole statement. */
const opening = (node: JsonObject) => ({ start: node.start, end: node.start + 1 });

/** A misspelled element was reported already; saying that it is missing too would be noise. */
const nearlyHas = (node: JsonObject, names: readonly string[]): boolean =>
  node.members.some((m) => names.includes(suggest(m.key.value, names) ?? ''));

function exclusive(
  node: JsonObject,
  m: Members,
  one: keyof Members,
  other: keyof Members,
  report: Report,
): void {
  if (m[one] === undefined || m[other] === undefined) return;
  report.error(
    'exclusive-elements',
    opening(node),
    `the statement has both ${one} and ${other}`,
    'keep one; make two statements if both are meant',
  );
}

function readEffect(node: JsonObject, effect: JsonNode | undefined, report: Report) {
  if (effect === undefined) {
    if (!nearlyHas(node, ['effect'])) {
      report.error(
        'missing-element',
        opening(node),
        'the statement has no Effect',
        'add "Effect": "Allow" or "Deny"',
      );
    }
    return undefined;
  }
  if (effect.type !== 'string') {
    wrongType(effect, 'Effect', '"Allow" or "Deny"', report);
    return undefined;
  }
  if (effect.value === 'Allow' || effect.value === 'Deny') return effect.value;
  const near = suggest(effect.value, ['Allow', 'Deny']);
  report.error(
    'invalid-effect',
    effect,
    `${quote(effect.value)} is no effect`,
    near === undefined ? 'write "Allow" or "Deny"' : `write "${near}" (case counts)`,
  );
  return undefined;
}

function readSid(node: JsonNode | undefined, report: Report): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'string') return node.value;
  wrongType(node, 'Sid', 'a string', report);
  return undefined;
}
