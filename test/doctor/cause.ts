/** What a cause of a fault is in these tests: how it is brought about, and the code and step that must come of it. */
import type { ConnectionSecrets } from '../../model/connection.ts';
import type { DiagnosisStepName } from '../../model/diagnosis.ts';
import type { ProblemCode } from '../../model/problem.ts';

/** What a cause may turn: the sandbox through its control API, and what the administrator typed. */
export interface Stage {
  control(method: string, path: string, body?: unknown): Promise<void>;
  appKey: string;
  corpId: string;
  accessKeyId: string;
  typed: {
    source: { corpId: string; appKey: string; oapi: string; api: string };
    target: {
      host: string;
      accessKeyId: string;
      userPoolId?: string;
      organizationCode: string;
    };
    secrets: ConnectionSecrets;
    ca: string | undefined;
  };
  /** Addresses where nothing listens, and where somebody accepts and says nothing. */
  nowhere: string;
  silent: string;
  /** Where somebody answers without TLS, and DingTalk without a proxy. */
  plain: string;
  direct: string;
}

export interface Cause {
  name: string;
  code: ProblemCode;
  step: DiagnosisStepName;
  status: 'failed' | 'warning';
  /** Silence is waited for: a short time then, and else one that a busy machine never needs. */
  timeoutMs?: number;
  prepare(stage: Stage): Promise<void> | void;
}

export const app = (stage: Stage, body: unknown) =>
  stage.control('PUT', `/apps/${stage.appKey}`, body);
export const fault = (stage: Stage, body: unknown) => stage.control('POST', '/faults', body);
