import type { JsonNode } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { Located } from '../types.ts';
import { readStrings } from './read.ts';

/** Service prefix (no wildcards but `*:…`), colon, name with wildcards. */
const ACTION = /^(\*|[A-Za-z0-9-]+):[A-Za-z0-9_*?-]+$/;

/** Reads Action or NotAction: `*` or `service:Name`, where the name may hold `*` and `?`. */
export function readActions(node: JsonNode, element: string, report: Report): readonly Located[] {
  const actions = readStrings(node, element, report);
  for (const action of actions) {
    if (action.value === '*' || ACTION.test(action.value)) continue;
    report.error(
      'action-format',
      { start: action.span.start.offset, end: action.span.end.offset },
      `${quote(action.value)} is no action`,
      help(action.value),
    );
  }
  return actions;
}

function help(action: string): string {
  if (action === '') return 'write "service:Name", for example "sts:AssumeRole"';
  if (action.trim() !== action) return `remove the white space: ${quote(action.trim())}`;
  if (!action.includes(':')) return `name the service before the action: ${quote(`service:${action}`)}`;
  if (action.startsWith('arn:')) return 'an ARN belongs into Resource; actions are written "service:Name"';
  if (/^[^:]*[*?]/.test(action)) return 'the service prefix takes no wildcards; write one action a service';
  return 'write "service:Name" with letters, digits, * and ?';
}
