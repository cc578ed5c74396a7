/** What an administrator decides about one connection: which fields, which people, which departments. */
import type { DepartmentId, SourceField } from './directory.ts';

/** Texts may go anywhere; identifiers and pictures only where they mean the same. */
const TEXTS = ['name', 'jobNumber', 'title', 'telephone', 'workPlace', 'remark'] as const;

/** Built-in fields of the target that are written, and where each may come from. */
export const FIELD_SOURCES = {
  name: TEXTS,
  nickname: TEXTS,
  phone: ['mobile'],
  email: ['orgEmail', 'email'],
  photo: ['avatar'],
  address: TEXTS,
} as const satisfies Record<string, readonly SourceField[]>;

export type MappedField = keyof typeof FIELD_SOURCES;

/** Where a custom field may come from: from everything, as text. */
export const CUSTOM_SOURCES = [
  ...TEXTS,
  'id',
  'unionId',
  'mobile',
  'email',
  'orgEmail',
  'avatar',
  'hiredAt',
  'managerId',
] as const satisfies readonly SourceField[];

/**
 * `keep`: what is empty at the source stays as it is at the target. `clear`: where the source says that
 * it is empty, it is emptied at the target too; what the app may not read is not said to be empty.
 */
export type WhenEmpty = 'keep' | 'clear';

/** Names are never empty, identifiers are what people sign in with, and a picture has a default. */
export const CLEARABLE: readonly MappedField[] = ['nickname', 'address'];

export interface FieldRule {
  /** In this order, the first that is not empty counts; with none the field is not written. */
  from: SourceField[];
  whenEmpty: WhenEmpty;
}

export interface CustomRule extends FieldRule {
  /** What the field is called in the target's console when it is defined. */
  label: string;
}

export interface Mapping {
  fields: Record<MappedField, FieldRule>;
  /** By the key of the custom field; values are text. */
  custom: Record<string, CustomRule>;
  /** Define custom fields the target does not have; otherwise they are left out, and the run says so. */
  defineCustomFields: boolean;
}

/** Ways to find an existing account of the target for a person who has no link and no key there. */
export const CORRELATION_RULES = ['jobNumber', 'email', 'mobile'] as const;
export type CorrelationRule = (typeof CORRELATION_RULES)[number];

/** Departments with everything below them. */
export interface Scope {
  /** None means the whole company. */
  include: DepartmentId[];
  /** Taken out of what is included. */
  exclude: DepartmentId[];
}

/** How events of the source come in. */
export const EVENT_CHOICES = ['callback', 'stream', 'both'] as const;
export type EventChoice = (typeof EVENT_CHOICES)[number];

export interface Settings {
  mapping: Mapping;
  /** Tried in this order; none: an account that is not linked and bears no key of ours is never taken. */
  correlation: CorrelationRule[];
  /** A department of the same path that is nobody's is taken over, not made a second time. */
  adoptDepartmentsByPath: boolean;
  /** Heads of departments; costs a call for each department whose heads differ. */
  leaders: boolean;
  /** Managers of people, for a custom field; costs a call for each person, and each department of theirs. */
  managers: boolean;
  scope: Scope;
  /** `callback`: DingTalk calls an address of ours. `stream`: we keep a connection to DingTalk open. */
  events: EventChoice;
  /** Keeps names of departments out of Temporal. */
  hideNames: boolean;
}

const keep = (...from: SourceField[]): FieldRule => ({ from, whenEmpty: 'keep' });

/** What a connection does that was made without a word about it. */
export const DEFAULT_SETTINGS: Settings = {
  mapping: {
    fields: {
      name: keep('name'),
      nickname: keep('name'),
      phone: keep('mobile'),
      email: keep('orgEmail', 'email'),
      photo: keep('avatar'),
      address: keep('workPlace'),
    },
    custom: {},
    defineCustomFields: false,
  },
  correlation: [],
  adoptDepartmentsByPath: false,
  leaders: false,
  managers: false,
  scope: { include: [], exclude: [] },
  events: 'callback',
  hideNames: false,
};
