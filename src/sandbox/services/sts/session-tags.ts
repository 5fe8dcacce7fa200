import type { Tag } from '@aws-sdk/client-sts';
import { tagRecord } from '../../state/tags.ts';
import { AwsError, type Call } from '../../types.ts';

const MAX_TAGS = 50;

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
}

/**
 * Tags of a new session: those passed, plus those that it inherits (`inheritedTags`; only AssumeRole chains).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function sessionTags(
  inherited: Readonly<Record<string, string>>,
  passed: readonly Tag[] | undefined,
  transitiveKeys: readonly string[] | undefined,
): SessionTags {
  if (!passed?.length && !transitiveKeys?.length) {
    return { tags: inherited, transitive: Object.keys(inherited) };
  }
  const keys = new Set<string>();
  for (const { Key = '' } of passed ?? []) {
    const key = Key.toLowerCase();
    if (keys.has(key))
      throw invalid(`Duplicate tag keys found. Please note that Tag keys are case insensitive.`);
    keys.add(key);
    // Else anybody who may tag a session could pass for a resource of CloudFormation. unverified: the words.
    if (key.startsWith('aws:')) throw invalid(`Tag keys beginning with "aws:" are reserved: ${Key}`);
  }
  if (keys.size > MAX_TAGS) throw invalid(`A session can have at most ${MAX_TAGS} tags.`);
  for (const key of Object.keys(inherited)) {
    if (keys.has(key.toLowerCase())) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
  }
  for (const key of transitiveKeys ?? []) {
    if (!keys.has(key.toLowerCase())) {
      throw invalid('The specified transitive tag key must be included in the requested tags.');
    }
  }
  return {
    tags: { ...inherited, ...tagRecord(passed) },
    transitive: [...Object.keys(inherited), ...(transitiveKeys ?? [])],
  };
}

/** Tags that the calling session hands on whether it wants or not. */
export function inheritedTags({ caller: { session } }: Call): Record<string, string> {
  if (session === undefined || session.transitiveTagKeys.length === 0) return {};
  const transitive = new Set(session?.transitiveTagKeys.map((key) => key.toLowerCase()));
  const tags = Object.entries(session?.tags ?? {}).filter(([key]) => transitive.has(key.toLowerCase()));
  return Object.fromEntries(tags);
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
