/** Authing's envelope: the outcome is `statusCode` in the body, while HTTP says 200 (reference 5.1). */

/** A refusal on its way to the reply. */
export class Failure extends Error {
  readonly statusCode: number;
  readonly apiCode: number | undefined;
  /** HTTP status, where a switch says that it differs from 200. */
  readonly http: number;

  constructor(statusCode: number, message: string, apiCode?: number, http = 200) {
    super(message);
    this.statusCode = statusCode;
    this.apiCode = apiCode;
    this.http = http;
  }
}

/** The validators' sentence (reference 3.4): every bad parameter is told in this form. */
export const badParameter = (name: string): Failure => new Failure(400, `参数 ${name} 格式错误`);

/** 422 is the class of well-formed but forbidden operations (reference 5.2). */
export const notAllowed = (message: string): Failure => new Failure(422, message);

export const userNotFound = (): Failure => new Failure(404, '用户不存在', 2004);

export const badDepartment = (id: string): Failure =>
  new Failure(404, `存在不合法的 departmentId: ${id}`);

export interface Envelope {
  statusCode: number;
  message: string;
  data?: unknown;
  apiCode?: number;
  requestId?: string;
}

/** `message` is empty on success (reference 2.4, last row of the validation table). */
export function success(data: unknown, requestId?: string): Envelope {
  const envelope: Envelope = { statusCode: 200, message: '', data };
  if (requestId !== undefined) envelope.requestId = requestId;
  return envelope;
}

export function failed(failure: Failure, requestId: string): Envelope {
  const envelope: Envelope = { statusCode: failure.statusCode, message: failure.message };
  if (failure.apiCode !== undefined) envelope.apiCode = failure.apiCode;
  envelope.requestId = requestId;
  return envelope;
}
