import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, requestObjectTags, type ToBucket } from './ask.ts';
import { accessDenied, invalidRequest, malformedXml } from './errors.ts';
import { aclContext, aclShape, assertAclAllowed, grantsOf } from './grants.ts';
import { askToRead } from './object-read.ts';
import { canonicalId } from './state.ts';
import { tagMap } from './tagging.ts';
import { objectTrail } from './trail.ts';
import { findObject, versionHeader } from './versions.ts';

/** What is said of an object beside its content: tags, access control list, retention, legal hold. */
export const objectFactsOperations = (ask: Ask): readonly Operation[] => {
  const trail =
    (query: string) => (input: ToBucket & { readonly Key: string }, _output: unknown, call: Call) =>
      objectTrail(call, ask.buckets.get(input.Bucket ?? ''), input, { [query]: '' });
  const locked = (input: ToBucket) => {
    const bucket = ask.find(input);
    if (!bucket.settings.has('object-lock'))
      throw invalidRequest('Bucket is missing Object Lock Configuration');
    return bucket;
  };
  return [
    operation<s3.PutObjectTaggingRequest, s3.PutObjectTaggingOutput>({
      name: 'PutObjectTagging',
      readOnly: false,
      authorize: (input, call) =>
        askToRead(ask, input, call, 'PutObjectTagging', 'PutObjectVersionTagging').map((question) => ({
          ...question,
          context: { ...question.context, ...requestObjectTags(tagMap(input.Tagging.TagSet, 10)) },
        })),
      handle: (input) => {
        const bucket = ask.find(input);
        const version = findObject(bucket, input.Key, input.VersionId);
        version.tags = tagMap(input.Tagging.TagSet, 10);
        return versionHeader(bucket, version);
      },
      trail: trail('tagging'),
    }),
    operation<s3.DeleteObjectTaggingRequest, s3.DeleteObjectTaggingOutput>({
      name: 'DeleteObjectTagging',
      readOnly: false,
      authorize: (input, call) =>
        askToRead(ask, input, call, 'DeleteObjectTagging', 'DeleteObjectVersionTagging'),
      handle: (input) => {
        const bucket = ask.find(input);
        const version = findObject(bucket, input.Key, input.VersionId);
        version.tags = new Map();
        return versionHeader(bucket, version);
      },
      trail: trail('tagging'),
    }),
    operation<s3.GetObjectAclRequest, s3.GetObjectAclOutput>({
      name: 'GetObjectAcl',
      readOnly: true,
      authorize: (input, call) => askToRead(ask, input, call, 'GetObjectAcl', 'GetObjectVersionAcl'),
      handle: (input) => {
        const bucket = ask.find(input);
        return aclShape(findObject(bucket, input.Key, input.VersionId).grants, canonicalId(bucket.accountId));
      },
      trail: trail('acl'),
    }),
    operation<s3.PutObjectAclRequest, s3.PutObjectAclOutput>({
      name: 'PutObjectAcl',
      readOnly: false,
      authorize: (input, call) =>
        askToRead(ask, input, call, 'PutObjectAcl', 'PutObjectVersionAcl').map((question) => ({
          ...question,
          context: { ...question.context, ...aclContext(input) },
        })),
      handle: (input, call) => {
        const bucket = ask.find(input);
        const version = findObject(bucket, input.Key, input.VersionId);
        const owner = canonicalId(bucket.accountId);
        const grants = grantsOf(input, owner, owner);
        if (grants === undefined) throw malformedXml();
        assertAclAllowed(bucket, input, grants, call);
        version.grants = grants;
        return {};
      },
      trail: trail('acl'),
    }),
    operation<s3.GetObjectRetentionRequest, s3.GetObjectRetentionOutput>({
      name: 'GetObjectRetention',
      readOnly: true,
      authorize: (input, call) => askToRead(ask, input, call, 'GetObjectRetention', 'GetObjectRetention'),
      handle: (input) => {
        const { retention } = findObject(locked(input), input.Key, input.VersionId);
        if (retention === undefined) throw notLocked();
        return { Retention: retention };
      },
      trail: trail('retention'),
    }),
    operation<s3.PutObjectRetentionRequest, s3.PutObjectRetentionOutput>({
      name: 'PutObjectRetention',
      readOnly: false,
      authorize: (input, call) => [
        ...askToRead(ask, input, call, 'PutObjectRetention', 'PutObjectRetention'),
        ...(input.BypassGovernanceRetention ? ask.object('BypassGovernanceRetention', input, call) : []),
      ],
      handle: (input, call) => {
        const version = findObject(locked(input), input.Key, input.VersionId);
        const { retention: now } = version;
        const asked = input.Retention;
        const until = asked?.RetainUntilDate?.getTime();
        if (asked?.Mode === undefined || until === undefined) throw malformedXml();
        if (until <= call.now) throw malformedXml();
        const weaker =
          now?.RetainUntilDate !== undefined &&
          now.RetainUntilDate.getTime() > call.now &&
          (until < now.RetainUntilDate.getTime() ||
            (now.Mode === 'COMPLIANCE' && asked.Mode !== 'COMPLIANCE'));
        if (weaker && !(now.Mode === 'GOVERNANCE' && input.BypassGovernanceRetention === true)) {
          throw accessDenied('Access Denied because object protected by object lock.');
        }
        version.retention = asked;
        return {};
      },
      trail: trail('retention'),
    }),
    operation<s3.GetObjectLegalHoldRequest, s3.GetObjectLegalHoldOutput>({
      name: 'GetObjectLegalHold',
      readOnly: true,
      authorize: (input, call) => askToRead(ask, input, call, 'GetObjectLegalHold', 'GetObjectLegalHold'),
      handle: (input) => {
        const { legalHold } = findObject(locked(input), input.Key, input.VersionId);
        if (legalHold === undefined) throw notLocked();
        return { LegalHold: { Status: legalHold as s3.ObjectLockLegalHoldStatus } };
      },
      trail: trail('legal-hold'),
    }),
    operation<s3.PutObjectLegalHoldRequest, s3.PutObjectLegalHoldOutput>({
      name: 'PutObjectLegalHold',
      readOnly: false,
      authorize: (input, call) => askToRead(ask, input, call, 'PutObjectLegalHold', 'PutObjectLegalHold'),
      handle: (input) => {
        const version = findObject(locked(input), input.Key, input.VersionId);
        const status = input.LegalHold?.Status;
        if (status !== 'ON' && status !== 'OFF') throw malformedXml();
        version.legalHold = status;
        return {};
      },
      trail: trail('legal-hold'),
    }),
  ];
};

const notLocked = (): AwsError =>
  new AwsError(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    404,
  );
