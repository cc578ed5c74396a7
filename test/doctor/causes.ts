/** Every cause a diagnosis can name, in the order of its steps. */
import type { Cause } from './cause.ts';
import { causesOfTheDirectory } from './causes-directory.ts';
import { causesOfTheTarget } from './causes-target.ts';
import { causesOfTheWay } from './causes-way.ts';

export const causes: Cause[] = [...causesOfTheWay, ...causesOfTheDirectory, ...causesOfTheTarget];
