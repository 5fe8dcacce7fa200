import { suggest } from '../../base/index.ts';
import type { JsonNode, JsonObject } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { PolicyDocument, PolicyVersion, Statement } from '../types.ts';
import { readMembers, wrongType } from './read.ts';
import { readStatement } from './statement.ts';

const policyVersions: readonly PolicyVersion[] = ['2012-10-17', '2008-10-17'];

/** Reads the whole document; with errors reported the result is only good for further checks. */
export function readDocument(node: JsonNode, text: string, report: Report): PolicyDocument | undefined {
  if (node.type !== 'object') {
    wrongType(node, 'a policy', 'an object with Version and Statement', report);
    return undefined;
  }
  const m = readMembers(node, ['Version', 'Id', 'Statement'] as const, 'a policy', report);
  const version = readVersion(m.Version, report);
  if (m.Id !== undefined && m.Id.type !== 'string') wrongType(m.Id, 'Id', 'a string', report);
  return {
    version: version ?? '2008-10-17',
    ...(m.Version && { versionSpan: report.span(m.Version) }),
    ...(m.Id?.type === 'string' && { id: m.Id.value, idSpan: report.span(m.Id) }),
    statements: readStatements(node, m.Statement, report),
    ...(report.file === undefined ? {} : { file: report.file }),
    text,
  };
}

function readVersion(node: JsonNode | undefined, report: Report): PolicyVersion | undefined {
  if (node === undefined) return undefined;
  const value = node.type === 'string' ? node.value : undefined;
  const version = policyVersions.find((v) => v === value);
  if (version !== undefined) return version;
  if (value === undefined) {
    wrongType(node, 'Version', '"2012-10-17"', report);
  } else {
    report.error(
      'invalid-version',
      node,
      `${quote(value)} is no version of the policy language`,
      'write "2012-10-17": it names the language, not the day of writing',
    );
  }
  return undefined;
}

function readStatements(
  policy: JsonObject,
  node: JsonNode | undefined,
  report: Report,
): readonly Statement[] {
  if (node === undefined) {
    const misspelled = policy.members.some((m) => suggest(m.key.value, ['Statement']) !== undefined);
    if (!misspelled) {
      const at = { start: policy.start, end: policy.start + 1 };
      report.error('missing-element', at, 'the policy has no Statement', 'add "Statement": [{"Effect": …}]');
    }
    return [];
  }
  if (node.type !== 'array' && node.type !== 'object') {
    wrongType(node, 'Statement', 'a statement or a list of statements', report);
    return [];
  }
  const items = node.type === 'array' ? node.items : [node];
  if (items.length === 0) {
    report.error('empty-list', node, 'the policy has no statements', 'add at least one statement');
  }
  const statements: Statement[] = [];
  for (const [index, item] of items.entries()) {
    const statement = readStatement(item, index, report);
    if (statement !== undefined) statements.push(statement);
  }
  uniqueSids(statements, report);
  return statements;
}

/** "In IAM, the Sid value must be unique within a JSON policy." An empty Sid counts as none. */
function uniqueSids(statements: readonly Statement[], report: Report): void {
  const first = new Map<string, Statement>();
  for (const statement of statements) {
    const { sid, sidSpan } = statement;
    if (sid === undefined || sid === '' || sidSpan === undefined) continue;
    const other = first.get(sid);
    if (other === undefined) {
      first.set(sid, statement);
      continue;
    }
    report.error(
      'duplicate-sid',
      { start: sidSpan.start.offset, end: sidSpan.end.offset },
      `the Sid ${quote(sid)} is taken by the statement at line ${other.span.start.line}`,
      'give each statement a Sid of its own, or leave it out',
    );
  }
}
