/** The department tree of a generated company, with a log-normal weight for each department. */
import type { Random } from '../random.ts';
import { ROOT } from './company.ts';
import type { CompanyData } from './company.ts';
import { newDepartment } from './example.ts';
import type { GeneratorOptions } from './generator-options.ts';
import { departmentName } from './names.ts';

export interface Grown {
  /** Ids and weights of all departments, in the same order; weight 0 for those without members. */
  ids: number[];
  weights: number[];
  /** Ids of those that have members. */
  populated: number[];
  bigDepartment: number | null;
}

const USUAL_DEPTH = 8;

export function growTree(data: CompanyData, options: GeneratorOptions, random: Random): Grown {
  const tree = new Tree(data, random);
  const total = options.departments;
  // A chain reaches the asked depth, whatever chance does with the rest.
  let deepest = ROOT;
  for (let level = 0; level < Math.min(options.depth ?? 0, total); level += 1) {
    deepest = tree.add(deepest);
  }
  if (options.wideDepartment && tree.size < total) {
    const wide = tree.add(ROOT);
    const children = Math.min(options.wideDepartment, total - tree.size);
    for (let count = 0; count < children; count += 1) tree.add(wide);
  }
  const depthMax = options.depth ?? USUAL_DEPTH;
  while (tree.size < total) tree.add(tree.parent(depthMax));
  tree.repeatNames(options.sameNames ?? 0);
  return weigh(data, options, random);
}

class Tree {
  private readonly data: CompanyData;
  private readonly random: Random;
  private readonly depths = new Map<number, number>([[ROOT, 0]]);
  private readonly ids = [ROOT];
  private readonly namesBelow = new Map<number, Set<string>>();

  constructor(data: CompanyData, random: Random) {
    this.data = data;
    this.random = random;
  }

  /** Departments without the root. */
  get size(): number {
    return this.ids.length - 1;
  }

  add(parentId: number): number {
    let id = this.random.whole(100_000_000, 999_999_999);
    while (this.depths.has(id)) id += 1;
    const taken = this.namesBelow.get(parentId) ?? new Set<string>();
    this.namesBelow.set(parentId, taken);
    const department = newDepartment(id, departmentName(this.random, taken), parentId);
    this.data.departments.push(department);
    this.depths.set(id, (this.depths.get(parentId) ?? 0) + 1);
    this.ids.push(id);
    return id;
  }

  /** A department that may still have children; recent ones more often, so that the tree grows down. */
  parent(depthMax: number): number {
    for (let tries = 0; tries < 20; tries += 1) {
      const window = this.random.chance(0.5) ? this.ids.length : Math.min(50, this.ids.length);
      const id = this.ids[this.ids.length - 1 - this.random.whole(0, window - 1)] ?? ROOT;
      if ((this.depths.get(id) ?? 0) < depthMax) return id;
    }
    return ROOT;
  }

  /** Gives pairs of siblings one name. */
  repeatNames(pairs: number): void {
    const firstBelow = new Map<number, string>();
    let left = pairs;
    for (const department of this.data.departments) {
      if (left === 0) return;
      const first = firstBelow.get(department.parentId);
      if (first === undefined) firstBelow.set(department.parentId, department.name);
      else {
        department.name = first;
        firstBelow.delete(department.parentId);
        left -= 1;
      }
    }
  }
}

function weigh(data: CompanyData, options: GeneratorOptions, random: Random): Grown {
  const below = data.departments.filter((each) => each.id !== ROOT);
  const emptyShare = options.emptyShare ?? 0.15;
  const big = options.bigDepartment ? (below.at(-1)?.id ?? null) : null;
  const weights = below.map((each): number => {
    if (each.id === big) return 0;
    return random.chance(emptyShare) ? 0 : Math.exp(1.2 * random.normal());
  });
  // A company needs at least one place to be.
  if (weights.length > 0 && !weights.some((weight) => weight > 0)) weights[0] = 1;
  const ids = below.map((each) => each.id);
  const populated = ids.filter((_, index) => (weights[index] ?? 0) > 0);
  return { ids, weights, populated, bigDepartment: big };
}
