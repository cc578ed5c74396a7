/** DingTalk's codes and what each means to us; everything that is not listed is neither success nor "gone". */
import type { ProblemCode } from '../../model/problem.ts';

/**
 * A code of our catalogue, or
 * - `PERSON_GONE`, `DEPARTMENT_GONE`: the object that was asked for directly does not exist;
 * - `TOKEN`: the access token is to be replaced once;
 * - `PARAMETER`: an argument was not accepted. For a call about one object this may be the object's id, so it
 *   must not stop the others; elsewhere it is our fault.
 */
export type Meaning =
  ProblemCode | 'PERSON_GONE' | 'DEPARTMENT_GONE' | 'TOKEN' | 'PARAMETER' | 'OBJECT';

// Old interface: "global error codes" (server-api-error-codes-1) and the pages of the single calls, with
// what was seen on the wire where the table lacks it (40096, 60121 for an unknown user, 90018).
const oapi: Record<string, Meaning> = {
  '-1': 'SOURCE_UNAVAILABLE',
  '15': 'SOURCE_UNAVAILABLE',
  '22': 'BUG_SOURCE_REQUEST',
  '404': 'BUG_SOURCE_REQUEST',

  '40001': 'TOKEN',
  '40014': 'TOKEN',
  '42001': 'TOKEN',
  '40089': 'SOURCE_CREDENTIALS_REJECTED',
  '40096': 'SOURCE_CREDENTIALS_REJECTED',
  '33001': 'SOURCE_COMPANY_UNKNOWN',
  '40013': 'SOURCE_COMPANY_UNKNOWN',
  '52010': 'SOURCE_COMPANY_UNKNOWN',
  '50005': 'SOURCE_COMPANY_CLOSED',
  '70001': 'SOURCE_COMPANY_CLOSED',
  '50003': 'SOURCE_APP_DISABLED',
  '40091': 'SOURCE_PERMISSION_MISSING',
  '43007': 'SOURCE_PERMISSION_MISSING',
  '48002': 'SOURCE_PERMISSION_MISSING',
  '60011': 'SOURCE_PERMISSION_MISSING',
  '60020': 'SOURCE_IP_NOT_ALLOWED',
  '90017': 'SOURCE_IP_SHARED',

  // Only these four say that a person is gone, only these two that a department is.
  '33012': 'PERSON_GONE',
  '40003': 'PERSON_GONE',
  '60111': 'PERSON_GONE',
  '60121': 'PERSON_GONE',
  '40009': 'DEPARTMENT_GONE',
  '60003': 'DEPARTMENT_GONE',

  // Out of scope, and never "gone": the object exists and the app may not see it.
  '50002': 'SOURCE_OUT_OF_SCOPE',
  '50004': 'SOURCE_OUT_OF_SCOPE',

  '40104': 'OBJECT',
  '60004': 'OBJECT',
  '60019': 'OBJECT',
  '60120': 'OBJECT',
  '40000': 'PARAMETER',
  '40018': 'PARAMETER',
  '40035': 'PARAMETER',
  '40068': 'PARAMETER',
  '40069': 'PARAMETER',
  '400002': 'PARAMETER',

  '40056': 'BUG_SOURCE_REQUEST',
  '40078': 'BUG_SOURCE_REQUEST',
  '41001': 'BUG_SOURCE_REQUEST',
  '43001': 'BUG_SOURCE_REQUEST',
  '43002': 'BUG_SOURCE_REQUEST',
  '43003': 'BUG_SOURCE_REQUEST',
  '43004': 'BUG_SOURCE_REQUEST',
  '43005': 'BUG_SOURCE_REQUEST',
  '43008': 'BUG_SOURCE_REQUEST',
  '43009': 'BUG_SOURCE_REQUEST',
  // Codes of writing calls; we only read.
  '60005': 'BUG_SOURCE_REQUEST',
  '60006': 'BUG_SOURCE_REQUEST',
  '60007': 'BUG_SOURCE_REQUEST',
  '60018': 'BUG_SOURCE_REQUEST',
  '60021': 'BUG_SOURCE_REQUEST',
  '60110': 'BUG_SOURCE_REQUEST',

  '45009': 'SOURCE_RATE_LIMITED',
  '90020': 'SOURCE_QUOTA_REACHED',
  '90030': 'SOURCE_RATE_LIMITED',
};

// New interface: HTTP status other than 2xx and a code in words.
const api: Record<string, Meaning> = {
  InvalidAuthentication: 'TOKEN',
  'AuthenticationFailed.MissingParameter': 'BUG_SOURCE_REQUEST',
  invalidClientIdOrSecret: 'SOURCE_CREDENTIALS_REJECTED',
  'invalid.client': 'SOURCE_CREDENTIALS_REJECTED',
  'unauthorized.client': 'SOURCE_CREDENTIALS_REJECTED',
  'unsupported.grant.type': 'BUG_SOURCE_REQUEST',
  MissingParameter: 'PARAMETER',
  'Forbidden.AccessDenied.AccessTokenPermissionDenied': 'SOURCE_PERMISSION_MISSING',
  'Forbidden.AccessDenied.IpNotInWhiteList': 'SOURCE_IP_NOT_ALLOWED',
  'Forbidden.AccessDenied.ApiCountLimitForOrg': 'SOURCE_QUOTA_REACHED',
  duplicateClientToken: 'BUG_SOURCE_REQUEST',
  unknownError: 'SOURCE_UNAVAILABLE',
  'system.error': 'SOURCE_UNAVAILABLE',
  'server.error': 'SOURCE_UNAVAILABLE',
  'service.timeout': 'SOURCE_UNAVAILABLE',
};

/** What a code means, or undefined when nobody documents it. */
export function meaningOf(code: string): Meaning | undefined {
  if (Object.hasOwn(oapi, code)) return oapi[code];
  if (Object.hasOwn(api, code)) return api[code];
  // 90001 to 90019: one grid of limits per server, company, app and interface.
  if (/^(9000[1-9]|9001\d)$/.test(code)) return 'SOURCE_RATE_LIMITED';
  if (/^Forbidden\.AccessDenied\.Qp[sm]Limit/.test(code)) return 'SOURCE_RATE_LIMITED';
  if (code.startsWith('invalidParameter')) return 'PARAMETER';
  return undefined;
}

/** Permission points by interface (permission section of each page), for refusals that do not name one. */
export const permissionOf: Record<string, string> = {
  'auth/scopes': 'qyapi_base',
  'topapi/v2/department/get': 'qyapi_get_department_list',
  'topapi/v2/department/listsub': 'qyapi_get_department_list',
  'topapi/v2/department/listparentbydept': 'qyapi_get_department_list',
  'topapi/v2/user/list': 'qyapi_get_department_member',
  'topapi/user/listid': 'qyapi_get_member',
  'topapi/user/count': 'qyapi_get_member',
  'topapi/v2/user/get': 'qyapi_get_member',
};
