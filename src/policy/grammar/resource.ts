import { hasWildcard, parseArn } from '../../base/index.ts';
import type { JsonNode } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { Located } from '../types.ts';
import { readStrings } from './read.ts';

/**
 * Reads Resource or NotResource: `*` or an ARN, which may hold wildcards and variables. IAM refuses other texts:
 * "must be in ARN format or *".
 */
export function readResources(node: JsonNode, element: string, report: Report): readonly Located[] {
  const resources = readStrings(node, element, report);
  for (const { value, span } of resources) {
    if (value === '*' || value.startsWith('${') || parseArn(value) !== undefined) continue;
    // `arn:aws:s3*` is short of colons, but a star may stand for the rest.
    if (value.startsWith('arn:') && hasWildcard(value)) continue;
    report.error(
      'resource-format',
      { start: span.start.offset, end: span.end.offset },
      `${quote(value)} is neither an ARN nor "*"`,
      help(value),
    );
  }
  return resources;
}

function help(value: string): string {
  if (/^\*+$/.test(value)) return 'write "*"';
  if (value.trim() !== value) return `remove the white space: ${quote(value.trim())}`;
  if (value.startsWith('arn:')) return 'an ARN has six parts: arn:partition:service:region:account:resource';
  return 'write the whole ARN, for example "arn:aws:s3:::bucket/*"';
}
