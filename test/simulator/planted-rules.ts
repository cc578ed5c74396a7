/** Planted bugs of values and limits, as edits of the product. */
import { bug } from './plant.ts';
import type { PlantedBug } from './plant.ts';

const CHANGE = 'activities/change-people.ts';
const FATES = 'activities/person-fates.ts';

/** Values, limits, and what must not be touched. */
export const plantedRules: PlantedBug[] = [
  bug(
    'empty values are sent',
    'plan/mapping.ts',
    'if (value !== undefined) fields[field] = value;\n    else if',
    "fields[field] = value ?? '';\n    if",
  ),
  bug(
    'people are taken out although removals are held',
    CHANGE,
    "if (pass.leaving === 'apply') {",
    'if (pass.times) {',
  ),
  bug(
    'a refused person is not said',
    'activities/write-people.ts',
    'await listProblems(pass, settled);',
    '',
  ),
  bug(
    'who was refused in another run is not said',
    'activities/write-people.ts',
    'if (isOthersEnd(pass, item, link, targets) && !options.planned) {',
    'if (!pass.times) {',
  ),
  bug(
    'what was refused in another run is not said',
    'activities/read-again.ts',
    'if (!theirs) return null;',
    'if (pass.times) return null;',
  ),
  bug(
    'a refused person is taken for done',
    FATES,
    "return why.kind === 'data' ? { refused: why } : 'released';",
    "return why.kind === 'data' ? { outcome: 'updated', targetId: '' } : 'released';",
  ),
  bug(
    'a refused batch is sent one by one for ever',
    'activities/write-people.ts',
    "settledIds.has(link._id) ? 'settled' : 'busy'",
    "'busy'",
  ),
  bug(
    'slots are reserved without comparing',
    'store/budgets.ts',
    '{ _id: id, next: doc.next },',
    '{ _id: id },',
  ),
  bug(
    'more is planned than the limit',
    'activities/governor.ts',
    'const SHARE = 0.95;',
    'const SHARE = 1.3;',
  ),
  bug(
    'equal people are written',
    'plan/diff.ts',
    "desired[name] !== (base[name] ?? '')",
    "name !== (base[name] ?? '')",
  ),
];
