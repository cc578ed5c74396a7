/** Bugs to plant. */
import type { PlantedBug } from './plant.ts';
export const plantedBugs: PlantedBug[] = [];
