/** Every behaviour that Authing's documents leave open, as a switch with the likelier way by default. */

interface SwitchEntry {
  values: readonly string[];
  default: string;
  meaning: string;
  /** Section of the vendor reference (authing-management-api.md) that calls it unconfirmed. */
  reference: string;
}

/** Keeps each entry's literal values while checking its shape. */
function table<const T extends Record<string, SwitchEntry>>(entries: T): T {
  return entries;
}

export const authingSwitches = table({
  // Departments and organisations.
  deleteDepartment: {
    values: ['reject', 'cascade'],
    default: 'reject',
    meaning: 'A department with children or members is refused (422), or goes with all below it.',
    reference: '2.5, 10, 11.2',
  },
  deleteRoot: {
    values: ['reject', 'tree'],
    default: 'reject',
    meaning: 'delete-department on the root is refused (422), or deletes the organisation.',
    reference: '2.5, 11.2',
  },
  removeLastDepartment: {
    values: ['allow', 'refuse'],
    default: 'allow',
    meaning: 'remove-department-members may take somebody out of the only department, or is 422.',
    reference: '2.5, 10',
  },
  duplicateDepartmentCode: {
    values: ['refuse', 'allow'],
    default: 'refuse',
    meaning: 'A second department with the same code is 409, or is created.',
    reference: '2.5, 10, 11.1',
  },
  duplicateOpenDepartmentId: {
    values: ['refuse', 'allow'],
    default: 'refuse',
    meaning: 'A second department with the same openDepartmentId is 409, or is created.',
    reference: '2.5, 10, 11.1',
  },
  departmentKeyScope: {
    values: ['organization', 'pool'],
    default: 'organization',
    meaning: 'Where code and openDepartmentId must be unique.',
    reference: '2.3, 2.5',
  },
  sameNameSiblings: {
    values: ['allow', 'refuse'],
    default: 'allow',
    meaning: 'Two departments of one name under one parent are allowed, or 409.',
    reference: '2.5',
  },
  allDepartmentsRoot: {
    values: ['no', 'yes'],
    default: 'no',
    meaning: 'Whether get-all-departments lists the department it starts from.',
    reference: '9, 10, 11.12',
  },
  parentIdType: {
    values: ['covered', 'system'],
    default: 'covered',
    meaning:
      'In update-department, departmentIdType also says what parentDepartmentId is, or that one is always a system id.',
    reference: '2.4, 11.11',
  },
  codeAlphabet: {
    values: ['printable', 'word'],
    default: 'printable',
    meaning:
      'Codes may hold any printable ASCII character without blanks, or letters, digits, "_" and "-" only. CJK, full-width characters and blanks are refused either way.',
    reference: '2.3',
  },
  emptyOrganizationCode: {
    values: ['accept', 'refuse'],
    default: 'accept',
    meaning: 'create-organization with an empty code makes one up, or is 400.',
    reference: '2.3',
  },
  leaders: {
    values: ['same', 'separate'],
    default: 'same',
    meaning: 'isLeader of a membership and leaderUserIds of a department are one fact, or two.',
    reference: '2.4, 11.3',
  },
  unknownLeader: {
    values: ['refuse', 'drop'],
    default: 'refuse',
    meaning: 'An unknown user in leaderUserIds is 404, or is left out.',
    reference: '2.4',
  },

  // People.
  conflictCode: {
    values: ['2026', 'per-field', 'none'],
    default: '2026',
    meaning: 'apiCode of a duplicate person: always 2026; 2034, 2035, 2200 by field; or none.',
    reference: '3.1, 10, 11.1',
  },
  conflictStatus: {
    values: ['409', '499'],
    default: '409',
    meaning: 'statusCode of a duplicate person.',
    reference: '3.1, 11.1',
  },
  phoneScope: {
    values: ['number', 'country'],
    default: 'number',
    meaning: 'A phone number is unique by itself, or together with its country code.',
    reference: '3.1',
  },
  phoneFormat: {
    values: ['digits', 'mainland', 'any'],
    default: 'digits',
    meaning:
      'A phone is 4 to 20 digits; or, under +86 or no code, an 11-digit mobile; or anything.',
    reference: '3.4',
  },
  unknownCustomData: {
    values: ['ignore', 'refuse'],
    default: 'ignore',
    meaning: 'A customData key that is not defined is dropped, or is 400.',
    reference: '3.3, 10',
  },
  customDataTypes: {
    values: ['accept', 'refuse'],
    default: 'accept',
    meaning:
      'A customData value of another type than its field is stored, or is 400 (set-custom-data always refuses).',
    reference: '3.3',
  },
  customDataLimit: {
    values: ['value', 'whole'],
    default: 'value',
    meaning: 'The limit of 1024 characters counts each value, or the whole JSON.',
    reference: '3.3, 11.6',
  },
  customDataUpdate: {
    values: ['merge', 'replace'],
    default: 'merge',
    meaning: 'customData in an update changes the keys it names, or replaces all.',
    reference: '3.3',
  },
  nullInUpdate: {
    values: ['ignore', 'clear'],
    default: 'ignore',
    meaning: 'A null in an update changes nothing, or erases the field.',
    reference: '1.5, 10, 11.7',
  },
  emptyInUpdate: {
    values: ['clear', 'refuse', 'ignore'],
    default: 'clear',
    meaning:
      'An empty phone, email, username or externalId in an update erases it, is 400, or changes nothing.',
    reference: '11.7',
  },
  resignedReactivation: {
    values: ['refuse', 'allow'],
    default: 'refuse',
    meaning: 'Setting another status on a resigned person is 422, or brings them back.',
    reference: '3.7, 10, 11.8',
  },
  resignedIdentifiers: {
    values: ['reserved', 'free'],
    default: 'reserved',
    meaning: 'Phone, email, username and externalId of resigned people stay taken, or are free.',
    reference: '3.7, 11.8',
  },
  deleteNeedsResignation: {
    values: ['no', 'yes'],
    default: 'no',
    meaning: 'delete-users-batch works on anybody, or only on resigned people (else 422).',
    reference: '3.7',
  },
  unknownDepartmentInCreate: {
    values: ['refuse', 'ignore'],
    default: 'refuse',
    meaning: 'An unknown id in departmentIds of a new user is 404, or is left out.',
    reference: '3.6',
  },
  setUserDepartments: {
    values: ['replace', 'merge'],
    default: 'replace',
    meaning: 'set-user-departments replaces all memberships, or adds to them.',
    reference: '3.6, 10, 11.3',
  },
  mainDepartment: {
    values: ['first', 'none'],
    default: 'first',
    meaning: 'Without a flag the first department becomes the main one, or none is.',
    reference: '3.6, 11.3',
  },
  absentUsers: {
    values: ['left-out', 'null'],
    default: 'left-out',
    meaning: 'Unknown ids in get-user-batch are left out of the reply, or are null in it.',
    reference: '9',
  },
  customFieldId: {
    values: ['refused', 'key:value'],
    default: 'refused',
    meaning: 'Ids of type custom_field are 400, or have the form key:value.',
    reference: '2.1, 3.1, 11.11',
  },
  unsetFields: {
    values: ['absent', 'null'],
    default: 'absent',
    meaning: 'Fields without a value are left out of replies, or are null.',
    reference: '3.3',
  },

  // Arrays and batches.
  batch: {
    values: ['atomic', 'skip', 'stop'],
    default: 'atomic',
    meaning:
      'One bad item undoes its batch, is skipped, or ends the batch with what was done before it kept.',
    reference: '5.5, 10, 11.4',
  },
  partialBatchReply: {
    values: ['done', 'failure', 'nulls'],
    default: 'done',
    meaning:
      'Reply of a batch that was done in part: 200 with the items done, the failure of the first bad item, or 200 with null for items not done.',
    reference: '5.5, 11.4',
  },
  batchValidation: {
    values: ['whole', 'item'],
    default: 'whole',
    meaning:
      'A badly formed item refuses the whole batch before anything is done, or is treated like any other bad item.',
    reference: '5.5, 11.4',
  },
  overLimit: {
    values: ['refuse', 'truncate'],
    default: 'refuse',
    meaning: 'An array above its limit is 400, or is cut at the limit.',
    reference: '3.2, 10, 11.4',
  },
  replyOrder: {
    values: ['same', 'shuffled'],
    default: 'same',
    meaning: 'Order of the people in replies of batches.',
    reference: '5.5, 11.4',
  },
  unknownInAdd: {
    values: ['refuse', 'ignore'],
    default: 'refuse',
    meaning: 'An unknown user in add-department-members is 404 for all, or is passed over.',
    reference: '2.4, 11.4',
  },
  unknownInRemove: {
    values: ['ignore', 'refuse'],
    default: 'ignore',
    meaning:
      'An unknown user in remove-department-members, resign-user-batch or delete-users-batch is passed over, or is 404.',
    reference: '2.4, 5.5, 11.4',
  },
  commaArrays: {
    values: ['refused', 'accepted'],
    default: 'refused',
    meaning: 'userIds=a,b in a query is one id with a comma in it, or two ids.',
    reference: '1.5',
  },

  // Credentials and transport.
  throttle: {
    values: ['body', 'http'],
    default: 'body',
    meaning: 'A call above the limit is 429 inside HTTP 200, or HTTP 429 with the same body.',
    reference: '5.4, 10, 11.5',
  },
  bearer: {
    values: ['optional', 'required', 'refused'],
    default: 'optional',
    meaning: 'Whether "Bearer " before the management token may, must or must not be there.',
    reference: '1.3, 11.10',
  },
  poolHeader: {
    values: ['optional', 'required'],
    default: 'optional',
    meaning: 'Whether token calls need the header x-authing-userpool-id.',
    reference: '1.3',
  },
  badToken: {
    values: ['body', 'http'],
    default: 'body',
    meaning: 'An expired, revoked or unknown token is 401 inside HTTP 200, or HTTP 401.',
    reference: '1.3, 11.10',
  },
  tokens: {
    values: ['several', 'newest'],
    default: 'several',
    meaning: 'Several tokens of one key live side by side, or a new one ends the older ones.',
    reference: '1.3',
  },
  signatureStatus: {
    values: ['401', '400', '499'],
    default: '401',
    meaning: 'statusCode that goes with the signature faults 1300 to 1306.',
    reference: '1.4, 11.10',
  },
  requestIdOnSuccess: {
    values: ['no', 'yes'],
    default: 'no',
    meaning: 'Whether a success carries requestId too.',
    reference: '5.1',
  },
});

export type AuthingSwitches = {
  [Name in keyof typeof authingSwitches]: (typeof authingSwitches)[Name]['values'][number];
};
