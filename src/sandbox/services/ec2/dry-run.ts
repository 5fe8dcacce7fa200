import { AwsError } from '../../types.ts';

/** `DryRun` asks whether the caller may; it is answered with an error either way. */
export function checkDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun === true) {
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
}
