/** The form in which Authing shows a person (reference 3.3). */
import { isoTime } from './iso-time.ts';
import { putOptional } from './department-view.ts';
import { flag } from './parameters.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { User } from './records.ts';

export interface UserViewOptions {
  customData: boolean;
  flat: boolean;
  identities: boolean;
  departmentIds: boolean;
}

/** The withX flags; without them the parts they name are absent. */
export function userViewOptions(params: Parameters): UserViewOptions {
  return {
    customData: flag(params, 'withCustomData'),
    flat: flag(params, 'flatCustomData'),
    identities: flag(params, 'withIdentities'),
    departmentIds: flag(params, 'withDepartmentIds'),
  };
}

export const PLAIN_VIEW: UserViewOptions = {
  customData: false,
  flat: false,
  identities: false,
  departmentIds: false,
};

/** Shown as null under the switch `unsetFields` when a person has none. */
const OPTIONAL_FIELDS = [
  'externalId',
  'email',
  'phone',
  'phoneCountryCode',
  'username',
  'name',
  'nickname',
  'birthdate',
  'country',
  'province',
  'city',
  'address',
  'streetAddress',
  'postalCode',
  'company',
  'givenName',
  'familyName',
  'identityNumber',
];

/** New people have an avatar from the start (reference 3.3, new user defaults). */
const DEFAULT_PHOTO = 'https://files.authing.example/default-avatar.png';

export function userView(
  call: Call,
  user: User,
  options: UserViewOptions,
): Record<string, unknown> {
  const view: Record<string, unknown> = {
    userId: user.id,
    createdAt: isoTime(user.createdAt),
    updatedAt: isoTime(user.updatedAt),
    status: user.status,
    statusChangedAt: isoTime(user.statusChangedAt),
    workStatus: user.status === 'Resigned' ? 'Closed' : 'Active',
    photo: DEFAULT_PHOTO,
    gender: 'U',
    emailVerified: false,
    phoneVerified: false,
    loginsCount: 0,
    lastLogin: null,
    lastIp: null,
    userSourceType: user.source,
    resetPasswordOnNextLogin: false,
    ...user.profile,
  };
  if (call.settings.unsetFields === 'null') {
    for (const field of OPTIONAL_FIELDS) view[field] ??= null;
  }
  putOptional(call, view, 'mainDepartmentId', user.mainDepartmentId);
  if (user.passwordSetAt !== null) {
    view['passwordLastSetAt'] = isoTime(user.passwordSetAt);
  }
  if (options.customData && !options.flat) view['customData'] = user.customData;
  if (options.customData && options.flat) Object.assign(view, user.customData);
  if (options.identities) view['identities'] = user.identities;
  if (options.departmentIds) {
    view['departmentIds'] = user.memberships.map((membership) => membership.departmentId);
  }
  return view;
}
