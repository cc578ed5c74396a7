/** Numbers of the simulated Authing that its documents do not give, or that tests want smaller; 0 means no limit. */

interface LimitEntry {
  default: number;
  meaning: string;
  reference: string;
}

export const authingLimits = {
  callsPerSecond: {
    default: 0,
    meaning: 'Calls of one pool in any 1,000 ms; above it 429.',
    reference: '5.4, 11.5',
  },
  tokenCallsPerSecond: {
    default: 0,
    meaning: 'get-management-token calls of one pool in any 1,000 ms.',
    reference: '1.3, 11.5',
  },
  tokenSeconds: { default: 7200, meaning: 'Life of a management token.', reference: '1.3' },
  clockWindowMs: {
    default: 900_000,
    meaning: 'How far the date of a signed request may be from now; beyond it 1305.',
    reference: '1.4, 11.10',
  },
  listUsersDelayMs: {
    default: 0,
    meaning: 'How long a change of a person takes to be seen by list-users.',
    reference: '3.5, 10, 11.9',
  },
  listUsersWindow: {
    default: 0,
    meaning: 'Deepest record list-users pages to; beyond it 400.',
    reference: '3.5, 11.9',
  },
  allDepartments: {
    default: 0,
    meaning: 'Most departments in one reply of get-all-departments; the rest is cut silently.',
    reference: '11.12',
  },
  undocumentedArray: {
    default: 50,
    meaning:
      'Longest array of update-user-batch, add- and remove-department-members, get-organization-batch.',
    reference: '2.4, 3.2, 11.4',
  },
  departmentsPerUser: {
    default: 0,
    meaning: 'Most departments one person may be in; above it 422.',
    reference: '11.6',
  },
  departmentName: {
    default: 0,
    meaning: 'Longest department name in characters; above it 400.',
    reference: '2.5, 11.6',
  },
  treeDepth: {
    default: 0,
    meaning: 'Deepest level below the root; above it 422.',
    reference: '2.5, 11.6',
  },
} satisfies Record<string, LimitEntry>;

export type AuthingLimits = { [Name in keyof typeof authingLimits]: number };
