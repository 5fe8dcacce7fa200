import type * as iam from '@aws-sdk/client-iam';
import type { LoginProfile, User } from '../../state/model.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { accountOf, alreadyExists, namedUserOrSelf, noSuchEntity, userOrSelf } from './find.ts';
import { checkPassword, checkReuse, isPassword, newLogin, setPassword } from './passwords.ts';
import { selfService } from './self-service.ts';
import { iamAccount } from './state.ts';

/** Console passwords: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html */
export function loginProfileOperations(world: World, ask: Ask): readonly Operation[] {
  const { store } = world;

  /** The profile of a user, or of the root user when a root session names nobody. */
  const loginOf = (user: User | undefined, call: Call): LoginProfile | undefined =>
    user === undefined ? iamAccount(world, call.caller.accountId).rootLogin : user.login;

  /**
   * "When you make this request with root user credentials, you must use an AssumeRoot session to omit the user name":
   * API references of CreateLoginProfile, GetLoginProfile and DeleteLoginProfile. undefined: the root user.
   */
  const whose = (name: string | undefined, call: Call): User | undefined =>
    call.caller.session?.task === undefined
      ? namedUserOrSelf(store, call, name)
      : userOrSelf(store, call, name);

  const find = (name: string | undefined, call: Call) => {
    const user = whose(name, call);
    const login = loginOf(user, call);
    if (login === undefined) {
      throw noSuchEntity(`Login Profile for User ${user?.name ?? 'root'} cannot be found.`);
    }
    return { user, login };
  };

  const check = (password: string, call: Call): void =>
    checkPassword(
      password,
      iamAccount(world, call.caller.accountId).passwordPolicy,
      accountOf(store, call).name,
    );

  return [
    operation<iam.CreateLoginProfileRequest, iam.CreateLoginProfileResponse>({
      name: 'CreateLoginProfile',
      readOnly: false,
      authorize: ({ UserName }, call) => ask.user('CreateLoginProfile', call, UserName),
      handle: ({ UserName, Password, PasswordResetRequired = false }, call) => {
        const user = whose(UserName, call);
        if (loginOf(user, call) !== undefined) {
          throw alreadyExists(`Login Profile for user ${user?.name ?? 'root'} already exists.`);
        }
        // "This parameter must be omitted when you make the request with an AssumeRoot session. It is required in all
        // other cases": the session lets the root user set a new one by mail, it doesn't choose it. unverified: the words.
        if (Password === undefined && user !== undefined)
          throw new AwsError('ValidationError', 'Password is required.');
        if (Password !== undefined && user === undefined)
          throw new AwsError('ValidationError', 'Password must be omitted in an AssumeRoot session.');
        if (Password !== undefined) check(Password, call);
        const password = Password ?? Buffer.from(store.random.bytes(24)).toString('base64');
        const login = newLogin(password, PasswordResetRequired, call.now, store.random);
        if (user === undefined) iamAccount(world, call.caller.accountId).rootLogin = login;
        else user.login = login;
        return { LoginProfile: loginShape(user, login) };
      },
    }),
    operation<iam.GetLoginProfileRequest, iam.GetLoginProfileResponse>({
      name: 'GetLoginProfile',
      readOnly: true,
      authorize: ({ UserName }, call) => ask.user('GetLoginProfile', call, UserName),
      handle: ({ UserName }, call) => {
        const { user, login } = find(UserName, call);
        return { LoginProfile: loginShape(user, login) };
      },
    }),
    operation<iam.UpdateLoginProfileRequest, object>({
      name: 'UpdateLoginProfile',
      readOnly: false,
      authorize: ({ UserName }, call) => ask.user('UpdateLoginProfile', call, UserName),
      handle: ({ UserName, Password, PasswordResetRequired }, call) => {
        const { login } = find(UserName, call);
        if (Password !== undefined) {
          check(Password, call);
          setPassword(login, Password, call.now, store.random);
        }
        if (PasswordResetRequired !== undefined) login.resetRequired = PasswordResetRequired;
        return {};
      },
    }),
    operation<iam.DeleteLoginProfileRequest, object>({
      name: 'DeleteLoginProfile',
      readOnly: false,
      authorize: ({ UserName }, call) => ask.user('DeleteLoginProfile', call, UserName),
      handle: ({ UserName }, call) => {
        const { user } = find(UserName, call);
        if (user === undefined) delete iamAccount(world, call.caller.accountId).rootLogin;
        else delete user.login;
        return {};
      },
    }),
    operation<iam.ChangePasswordRequest, object>({
      name: 'ChangePassword',
      readOnly: false,
      authorize: (_input, call) => selfService(world, call, ask.user('ChangePassword', call, undefined)),
      handle: ({ OldPassword, NewPassword }, call) => {
        const { principal, accountId } = call.caller;
        if (principal.type !== 'user')
          throw new AwsError('InvalidUserType', 'Only IAM Users can change their own password');
        const { login } = find(undefined, call);
        const policy = iamAccount(world, accountId).passwordPolicy;
        if (policy?.hardExpiry === true && isExpired(login, policy.maxAge, call.now)) {
          throw new AwsError(
            'AccessDenied',
            'The password has expired and must be reset by an administrator.',
            403,
          );
        }
        if (!isPassword(login.password, OldPassword)) {
          throw new AwsError('AccessDenied', 'The old password was incorrect.', 403);
        }
        check(NewPassword, call);
        if (policy !== undefined) checkReuse(login, NewPassword, policy);
        setPassword(login, NewPassword, call.now, store.random);
        login.resetRequired = false;
        return {};
      },
      // Both passwords stay out.
      trail: () => ({ requestParameters: null, responseElements: null }),
    }),
  ];
}

const loginShape = (user: User | undefined, login: LoginProfile): iam.LoginProfile => ({
  UserName: user?.name ?? 'root',
  CreateDate: new Date(login.createdAt),
  PasswordResetRequired: login.resetRequired,
});

const DAY = 86_400_000;

export const isExpired = (login: LoginProfile, maxAge: number | undefined, now: number): boolean =>
  maxAge !== undefined && now >= login.changedAt + maxAge * DAY;
