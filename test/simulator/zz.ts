import { checkPlace } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';
console.log(plantedBugs.length);
for (const b of plantedBugs) await checkPlace(b).catch((e) => console.log(b.name, '::', String(e)));
