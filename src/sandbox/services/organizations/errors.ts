import { AwsError } from '../../types.ts';

// unverified: the wordings are those of live answers as remembered and of the API reference's descriptions; AWS
// documents codes and reasons only.

const error = (code: string, message: string, Reason?: string): AwsError =>
  new AwsError(code, message, 400, 'Sender', Reason === undefined ? undefined : { Reason });

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html lists the reasons under "Errors". */
export const constraintViolation = (reason: string, message: string): AwsError =>
  error('ConstraintViolationException', message, reason);

export const invalidInput = (reason: string, message: string): AwsError =>
  error('InvalidInputException', message, reason);

export const handshakeConstraint = (reason: string, message: string): AwsError =>
  error('HandshakeConstraintViolationException', message, reason);

/** The answer to callers of the wrong account: seen in many reports. */
export const noAccess = (): AwsError =>
  error('AccessDeniedException', "You don't have permissions to access this resource.");

export const noServiceLinkedRole = (): AwsError =>
  new AwsError(
    'AccessDeniedForDependencyException',
    "The operation that you attempted requires you to have the iam:CreateServiceLinkedRole for organizations.amazonaws.com permission so that AWS Organizations can create the required service-linked role. You don't have that permission.",
    403,
    'Sender',
    { Reason: 'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE' },
  );

export const notInUse = (): AwsError =>
  error('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');

const missing = (code: string, what: string) => (): AwsError =>
  error(code, `You specified ${what} that doesn't exist.`);

export const noAccount = missing('AccountNotFoundException', 'an account');
export const noChild = missing('ChildNotFoundException', 'a child');
export const noDestinationParent = missing('DestinationParentNotFoundException', 'a destination parent');
export const noHandshake = missing('HandshakeNotFoundException', 'a handshake');
export const noUnit = missing('OrganizationalUnitNotFoundException', 'an organizational unit');
export const noParent = missing('ParentNotFoundException', 'a parent');
export const noPolicy = missing('PolicyNotFoundException', 'a policy');
export const noRoot = missing('RootNotFoundException', 'a root');
export const noSourceParent = missing('SourceParentNotFoundException', 'a source parent');
export const noTarget = missing('TargetNotFoundException', 'a target');
export const noEffectivePolicy = (): AwsError =>
  error(
    'EffectivePolicyNotFoundException',
    "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
  );
export const noCreation = missing('CreateAccountStatusNotFoundException', 'a create account request');

export const alreadyInOrganization = (): AwsError =>
  error('AlreadyInOrganizationException', 'The AWS account is already a member of an organization.');
export const organizationNotEmpty = (): AwsError =>
  error(
    'OrganizationNotEmptyException',
    'To delete an organization you must first remove all member accounts (except the master).',
  );
export const unitNotEmpty = (): AwsError =>
  error(
    'OrganizationalUnitNotEmptyException',
    'The organizational unit is not empty. Move all accounts to another root or OU, remove all child OUs, and try the operation again.',
  );
export const duplicateUnit = (): AwsError =>
  error(
    'DuplicateOrganizationalUnitException',
    'An OU with the same name already exists in this parent root or OU.',
  );
export const duplicateAccount = (): AwsError =>
  error('DuplicateAccountException', 'That account is already present in the specified destination.');
export const accountAlreadyClosed = (): AwsError =>
  error('AccountAlreadyClosedException', 'You attempted to close an account that is already closed.');
export const conflict = (message: string): AwsError => error('ConflictException', message);
export const managementCannotLeave = (): AwsError =>
  error(
    'MasterCannotLeaveOrganizationException',
    "You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.",
  );

export const duplicatePolicy = (): AwsError =>
  error('DuplicatePolicyException', 'A policy with the same name already exists.');
export const policyInUse = (): AwsError =>
  error(
    'PolicyInUseException',
    'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
  );
export const malformedPolicy = (): AwsError =>
  error(
    'MalformedPolicyDocumentException',
    'The provided policy document does not meet the requirements of the specified policy type.',
  );
export const policyTypeEnabled = (): AwsError =>
  error('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
export const policyTypeNotEnabled = (): AwsError =>
  error('PolicyTypeNotEnabledException', 'This operation can be performed only for enabled policy types.');
export const policyTypeNotAvailable = (): AwsError =>
  error(
    'PolicyTypeNotAvailableForOrganizationException',
    'You cannot use the specified policy type with the feature set currently enabled for the organization.',
  );
export const duplicateAttachment = (): AwsError =>
  error(
    'DuplicatePolicyAttachmentException',
    'The selected policy is already attached to the specified target.',
  );
export const policyNotAttached = (): AwsError =>
  error(
    'PolicyNotAttachedException',
    "The policy isn't attached to the specified target in the organization.",
  );

export const accountRegistered = (): AwsError =>
  error(
    'AccountAlreadyRegisteredException',
    'The provided account is already a delegated administrator for your organization.',
  );
export const accountNotRegistered = (): AwsError =>
  error(
    'AccountNotRegisteredException',
    'The provided account is not a registered delegated administrator for your organization.',
  );
export const noResourcePolicy = (): AwsError =>
  error('ResourcePolicyNotFoundException', 'No resource policy found.');

export const duplicateHandshake = (): AwsError =>
  error(
    'DuplicateHandshakeException',
    'A handshake with the same action and target already exists. For example, if you invited an account to join your organization, the invited account might already have a pending invitation from this organization.',
  );
export const handshakeInState = (state: string): AwsError =>
  error('HandshakeAlreadyInStateException', `The specified handshake is already in the ${state} state.`);
export const handshakeTransition = (): AwsError =>
  error(
    'InvalidHandshakeTransitionException',
    "You can't perform the operation on the handshake in its current state.",
  );
