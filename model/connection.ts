/** One source, one target and their settings; secrets are a value of their own. */
import type { Settings } from './settings.ts';

export interface SourceAddress {
  corpId: string;
  appKey: string;
  /** Base address of the old interface, for example "https://oapi.dingtalk.com". */
  oapi: string;
  /** Base address of the new interface, for example "https://api.dingtalk.com". */
  api: string;
}

export interface TargetAddress {
  /** Base address, for example "https://api.authing.cn". */
  host: string;
  /** The user pool's id, or the id of an administrator's key. */
  accessKeyId: string;
  /** Only when the key is not the pool's own. */
  userPoolId?: string;
  organizationCode: string;
  organizationName?: string;
}

/** Calls a second that we plan for; 0 switches a limit off. */
export interface Rates {
  /** Per app and interface; DingTalk's standard edition allows 20. */
  sourcePerSecond: number;
  /** Per egress address over all companies behind it; DingTalk bans an address at 500. */
  egressPerSecond: number;
  /** Authing documents no figure. */
  targetPerSecond: number;
}

export const DEFAULT_RATES: Rates = {
  sourcePerSecond: 20,
  egressPerSecond: 400,
  targetPerSecond: 20,
};

export interface Connection {
  /** Lower-case letters, digits and dashes; part of workflow ids. */
  id: string;
  name: string;
  source: SourceAddress;
  target: TargetAddress;
  /** Extra certificate authorities in PEM form, for private deployments of either vendor. */
  ca?: string;
  /** How a source id becomes the target's key; fixed when the connection is created. */
  keyFormat: string;
  rates: Rates;
  settings: Settings;
  createdAt: string;
  /** Counts changes of this document, so that two editors do not overwrite each other. */
  version: number;
}

/** Whom DingTalk's callbacks name: the app for subscriptions made in its console, the company for those by API. */
export type CallbackReceiver = 'appKey' | 'corpId';

/** Everything that must not be seen; sealed at rest, and only in the memory of processes that call vendors. */
export interface ConnectionSecrets {
  appSecret: string;
  accessKeySecret: string;
  /**
   * Egress proxy of the source, for example "http://user:password@proxy.example:3128".
   * "none" only when the administrator said so; it is never left out silently.
   */
  sourceProxy: string;
  targetProxy?: string;
}
