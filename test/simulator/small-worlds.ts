/** Small worlds made by hand, small enough for every single fault: what is in them happens in every one. */
import type { Switches } from './switches.ts';
import type { Edit } from './edits.ts';
import { drawWorld } from './world.ts';
import type { World } from './world.ts';

interface Shape {
  /** Parents of the departments 2, 3 and so on. */
  parents: string[];
  /** Departments of the people p1, p2 and so on. */
  places: string[][];
  edits: Edit[];
}

function small(seed: number, { parents, places, edits }: Shape, change: Partial<Switches>): World {
  return {
    ...drawWorld(seed),
    departments: parents.map((parentId, n) => ({ id: `${n + 2}`, parentId, name: `D${n + 2}` })),
    people: places.map((departmentIds, n) => ({
      ...{ id: `p${n + 1}`, name: `N${n + 1}`, active: true, departmentIds },
      mobile: String(13_800_000_000 + n),
    })),
    ...{
      edits,
      touches: [],
      faults: [],
      passAt: 0,
      pauses: [],
      takeOverAt: null,
      foreignPhones: [],
    },
    switches: {
      ...{ uniqueKeys: false, refusesCycles: false, staleMs: 1500, events: false, perSecond: 0 },
      ...{
        leaving: 'apply',
        workers: 1,
        before: false,
        linksLost: 'nothing',
        still: false,
        storeMs: 3,
        callsPerStep: 300,
      },
      ...{ handAtRest: false, stepsPerHistory: 0, ...change },
    },
  };
}

/** A new company one below the other, that moves while it is read. */
const moving: Shape = {
  parents: ['1', '2'],
  places: [['3'], ['2', '3']],
  edits: [
    { at: 300, told: [0, 1500], kind: 'department-moved', id: '3', parentId: '1' },
    { at: 600, told: [0, 1500], kind: 'person-moved', id: 'p1', departments: ['2'] },
  ],
};

/** A department of two pages of which somebody leaves; somebody is renamed. */
const crowded: Shape = {
  parents: ['1', '1'],
  places: [['2'], ['2'], ['2'], ['2', '3']],
  edits: [
    { at: 100, told: [0, 1500], kind: 'person-moved', id: 'p1', departments: ['3'] },
    { at: 100, told: [0, 1500], kind: 'person-changed', id: 'p2', change: { name: 'N2.1' } },
    { at: 100, told: [0, 1500], kind: 'department-renamed', id: '3', name: 'D3.1' },
  ],
};

export const smallWorlds: [string, World][] = [
  ['told by events', small(1, moving, { events: true })],
  ['imported before', small(2, crowded, { before: true, workers: 2, uniqueKeys: true })],
  [
    'whose database forgot',
    small(3, { ...moving, edits: [] }, { before: true, linksLost: 'all', leaving: 'hold' }),
  ],
];
