/** What a generated company is to look like. */

export interface GeneratorOptions {
  people: number;
  /** Without the root. */
  departments: number;
  seed: number;
  /** True (default): no duplicate and no missing phone or e-mail; false: about 0.2 % of each. */
  clean?: boolean;
  /** Levels below the root of the deepest branch; about 8 when left out. */
  depth?: number;
  /** Share of departments without direct members. */
  emptyShare?: number;
  /** Departments per person on average. */
  memberships?: number;
  /** One department has that many members. */
  bigDepartment?: number;
  /** One department has that many children. */
  wideDepartment?: number;
  /** Pairs of siblings with one name, which real DingTalk refuses. */
  sameNames?: number;
  /** Share of people each, in place of those that `clean` stands for. */
  duplicateRate?: number;
  missingRate?: number;
}
