import type { Call, TrailFacts } from '../../types.ts';
import type { Bucket } from './state.ts';

/** unverified: that what nobody signed has neither of the members about signing. */
const eventData = ({ caller, signed }: Call): Record<string, string> =>
  caller.principal.type === 'anonymous'
    ? { CipherSuite: 'TLS_AES_128_GCM_SHA256' }
    : {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_AES_128_GCM_SHA256',
        AuthenticationMethod: signed?.form === 'presigned' ? 'QueryString' : 'AuthHeader',
      };

/**
 * CloudTrail's record of a bucket operation: the request by its query and headers (`{policy: ''}`), no answer.
 * `bucket` is undefined when it doesn't exist; its owner gets a copy of what other accounts do.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
 */
export function bucketTrail(
  call: Call,
  bucketName?: string,
  bucket?: Bucket,
  more: Readonly<Record<string, unknown>> = {},
  eventName?: string,
): TrailFacts {
  const owner = bucket?.accountId ?? call.caller.accountId;
  return {
    requestParameters: { ...(bucketName !== undefined && { bucketName }), Host: call.host, ...more },
    responseElements: null,
    additionalEventData: eventData(call),
    ...(eventName !== undefined && { eventName }),
    ...(bucketName !== undefined && {
      resources: [{ accountId: owner, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` }],
    }),
    ...(owner !== call.caller.accountId && { sharedWith: owner }),
  };
}

/** The record of an object operation: a data event. */
export function objectTrail(
  call: Call,
  bucket: Bucket | undefined,
  asked: { readonly Bucket: string | undefined; readonly Key?: string | undefined },
  more: Readonly<Record<string, unknown>> = {},
  eventName?: string,
): TrailFacts {
  const facts = bucketTrail(
    call,
    asked.Bucket,
    bucket,
    { ...more, ...(asked.Key !== undefined && { key: asked.Key }) },
    eventName,
  );
  const arn = `arn:aws:s3:::${asked.Bucket}`;
  return {
    ...facts,
    dataEvent: true,
    resources: [
      asked.Key === undefined
        ? { type: 'AWS::S3::Object', ARNPrefix: `${arn}/` }
        : { type: 'AWS::S3::Object', ARN: `${arn}/${asked.Key}` },
      ...(facts.resources ?? []),
    ] as NonNullable<TrailFacts['resources']>,
  };
}
