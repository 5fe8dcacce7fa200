import type * as s3 from '@aws-sdk/client-s3';
import { callerArn } from '../../../engine/index.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask, ToBucket } from './ask.ts';
import { checksum, keptChecksums, md5 } from './checksums.ts';
import { invalidArgument, malformedXml } from './errors.ts';
import { copySource } from './object-put.ts';
import { askToRead, readRange } from './object-read.ts';
import { askToWrite, bytesOf, checkWriteConditions, objectFacts, writeObject } from './object-write.ts';
import { type Bucket, canonicalId, type Part, type Upload } from './state.ts';
import { objectTrail } from './trail.ts';
import { findObject } from './versions.ts';

/** Every part but the last has at least this. Bytes. */
const SMALLEST_PART = 5 * 1024 * 1024;

interface ToUpload extends ToBucket {
  readonly Key: string | undefined;
  readonly UploadId: string | undefined;
}

function find(bucket: Bucket, { Key, UploadId }: ToUpload): Upload {
  const upload = bucket.uploads.get(UploadId ?? '');
  if (upload?.key === Key && upload !== undefined) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
  );
}

const whole = (upload: Upload): string => upload.input.ChecksumType ?? 'COMPOSITE';

/** What is kept of the whole: the checksum of the parts' checksums, or one over all bytes. */
function combined(
  upload: Upload,
  parts: readonly Part[],
  body: Uint8Array,
): Readonly<Record<string, string>> {
  const algorithm = upload.input.ChecksumAlgorithm;
  if (algorithm === undefined || algorithm === 'CRC64NVME' || whole(upload) === 'FULL_OBJECT') {
    const name = algorithm ?? 'CRC64NVME';
    return { [`Checksum${name}`]: checksum(name, body) ?? '', ChecksumType: 'FULL_OBJECT' };
  }
  const each = parts.map((part) => Buffer.from(part.checksums[`Checksum${algorithm}`] ?? '', 'base64'));
  return {
    [`Checksum${algorithm}`]: `${checksum(algorithm, Buffer.concat(each))}-${parts.length}`,
    ChecksumType: 'COMPOSITE',
  };
}

function chosenParts(upload: Upload, asked: readonly s3.CompletedPart[]): readonly Part[] {
  if (asked.some(({ PartNumber = 0 }, i) => i > 0 && PartNumber <= (asked[i - 1]?.PartNumber ?? 0))) {
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return asked.map(({ PartNumber = 0, ETag = '' }, i) => {
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.etag !== ETag.replace(/"/g, '')) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    if (i < asked.length - 1 && part.body.length < SMALLEST_PART) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return part;
  });
}

function savePart(
  upload: Upload,
  number: number,
  body: Uint8Array,
  checksums: Part['checksums'],
  now: number,
): Part {
  if (!(Number.isInteger(number) && number >= 1 && number <= 10_000)) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive');
  }
  const part = { body, etag: md5(body), modifiedAt: now, checksums };
  upload.parts.set(number, part);
  return part;
}

export const multipartOperations = ({ store }: World, ask: Ask): readonly Operation[] => {
  const trail = (input: ToUpload & { readonly Bucket: string }, _output: unknown, call: Call) =>
    objectTrail(call, ask.buckets.get(input.Bucket), input, { uploadId: input.UploadId });
  return [
    operation<s3.CreateMultipartUploadRequest, s3.CreateMultipartUploadOutput>({
      name: 'CreateMultipartUpload',
      readOnly: false,
      authorize: (input, call) => askToWrite(ask, input, call),
      handle: (input, call) => {
        const bucket = ask.find(input);
        objectFacts(bucket, input, call);
        const id = Buffer.from(store.random.bytes(48)).toString('base64url');
        const initiator = callerArn(call.caller.principal);
        bucket.uploads.set(id, {
          id,
          key: input.Key,
          startedAt: call.now,
          initiator,
          input,
          parts: new Map(),
        });
        return {
          Bucket: bucket.name,
          Key: input.Key,
          UploadId: id,
          ServerSideEncryption: 'AES256',
          ...(input.ChecksumAlgorithm && {
            ChecksumAlgorithm: input.ChecksumAlgorithm,
            ChecksumType: input.ChecksumType ?? 'COMPOSITE',
          }),
        };
      },
      trail: (input, _output, call) =>
        objectTrail(call, ask.buckets.get(input.Bucket), input, { uploads: '' }),
    }),
    operation<s3.UploadPartRequest, s3.UploadPartOutput>({
      name: 'UploadPart',
      readOnly: false,
      authorize: (input, call) => ask.object('PutObject', input, call),
      handle: (input, call) => {
        const upload = find(ask.find(input), input);
        const body = bytesOf(input.Body);
        const algorithm = upload.input.ChecksumAlgorithm;
        const checksums = keptChecksums(
          { ...(algorithm && { ChecksumAlgorithm: algorithm }), ...input },
          body,
        );
        const { etag } = savePart(upload, input.PartNumber, body, checksums, call.now);
        const { ChecksumType: _, ...shown } = checksums;
        return { ETag: `"${etag}"`, ServerSideEncryption: 'AES256', ...shown };
      },
      trail,
    }),
    operation<s3.UploadPartCopyRequest, s3.UploadPartCopyOutput>({
      name: 'UploadPartCopy',
      readOnly: false,
      authorize: (input, call) => [
        ...askToRead(ask, copySource(input.CopySource), call),
        ...ask.object('PutObject', input, call, {
          's3:x-amz-copy-source': input.CopySource.replace(/^\//, ''),
        }),
      ],
      handle: (input, call) => {
        const upload = find(ask.find(input), input);
        const at = copySource(input.CopySource);
        const source = findObject(ask.find(at), at.Key, at.VersionId);
        const range = readRange(input.CopySourceRange, source.body.length);
        const body = range === undefined ? source.body : source.body.slice(range[0], range[1] + 1);
        const algorithm = upload.input.ChecksumAlgorithm;
        const checksums = keptChecksums(algorithm ? { ChecksumAlgorithm: algorithm } : {}, body);
        const { etag } = savePart(upload, input.PartNumber, body, checksums, call.now);
        const { ChecksumType: _, ...shown } = checksums;
        return {
          CopyPartResult: { ETag: `"${etag}"`, LastModified: new Date(call.now), ...shown },
          ServerSideEncryption: 'AES256',
        };
      },
      trail,
    }),
    operation<s3.CompleteMultipartUploadRequest, s3.CompleteMultipartUploadOutput>({
      name: 'CompleteMultipartUpload',
      readOnly: false,
      authorize: (input, call) => ask.object('PutObject', input, call),
      handle: (input, call) => {
        const bucket = ask.find(input);
        const upload = find(bucket, input);
        const asked = input.MultipartUpload?.Parts ?? [];
        if (asked.length === 0) throw malformedXml();
        const parts = chosenParts(upload, asked);
        checkWriteConditions(bucket, upload.key, input);
        const body = new Uint8Array(Buffer.concat(parts.map((part) => part.body)));
        const etags = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
        const { output } = writeObject(
          bucket,
          upload.key,
          store.random,
          call.now,
          objectFacts(bucket, upload.input, call),
          {
            body,
            checksums: combined(upload, parts, body),
            etag: `${md5(etags)}-${parts.length}`,
            parts: parts.map((part) => part.body.length),
          },
        );
        bucket.uploads.delete(upload.id);
        return {
          ...output,
          Bucket: bucket.name,
          Key: upload.key,
          Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(upload.key)}`,
        };
      },
      trail,
    }),
    operation<s3.AbortMultipartUploadRequest, s3.AbortMultipartUploadOutput>({
      name: 'AbortMultipartUpload',
      readOnly: false,
      authorize: (input, call) => ask.object('AbortMultipartUpload', input, call),
      handle: (input) => {
        const bucket = ask.find(input);
        bucket.uploads.delete(find(bucket, input).id);
        return {};
      },
      trail,
    }),
    operation<s3.ListPartsRequest, s3.ListPartsOutput>({
      name: 'ListParts',
      readOnly: true,
      authorize: (input, call) => ask.object('ListMultipartUploadParts', input, call),
      handle: (input) => {
        const bucket = ask.find(input);
        const upload = find(bucket, input);
        const from = Number(input.PartNumberMarker ?? 0);
        const all = [...upload.parts].filter(([number]) => number > from).sort(([a], [b]) => a - b);
        const shown = all.slice(0, Math.min(input.MaxParts ?? 1000, 1000));
        return {
          Bucket: bucket.name,
          Key: upload.key,
          UploadId: upload.id,
          StorageClass: (upload.input.StorageClass ?? 'STANDARD') as s3.StorageClass,
          IsTruncated: shown.length < all.length,
          MaxParts: Math.min(input.MaxParts ?? 1000, 1000),
          PartNumberMarker: String(from),
          NextPartNumberMarker: String(shown.at(-1)?.[0] ?? 0),
          Owner: { ID: canonicalId(bucket.accountId) },
          Parts: shown.map(([PartNumber, part]) => ({
            PartNumber,
            ETag: `"${part.etag}"`,
            Size: part.body.length,
            LastModified: new Date(part.modifiedAt),
          })),
        };
      },
      trail,
    }),
    operation<s3.ListMultipartUploadsRequest, s3.ListMultipartUploadsOutput>({
      name: 'ListMultipartUploads',
      readOnly: true,
      authorize: (input, call) => ask.bucket('ListBucketMultipartUploads', input, call),
      handle: (input) => {
        const bucket = ask.find(input);
        const uploads = [...bucket.uploads.values()]
          .filter(({ key }) => key.startsWith(input.Prefix ?? ''))
          .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.startedAt - b.startedAt));
        return {
          Bucket: bucket.name,
          IsTruncated: false,
          MaxUploads: 1000,
          Uploads: uploads.map((upload) => ({
            Key: upload.key,
            UploadId: upload.id,
            Initiated: new Date(upload.startedAt),
            StorageClass: (upload.input.StorageClass ?? 'STANDARD') as s3.StorageClass,
            Owner: { ID: canonicalId(bucket.accountId) },
            Initiator: { ID: upload.initiator },
          })),
        };
      },
      trail: (input, _output, call) =>
        objectTrail(call, ask.buckets.get(input.Bucket), { Bucket: input.Bucket }, { uploads: '' }),
    }),
  ];
};
