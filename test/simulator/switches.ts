/** The switches of a simulated world. */

/** What the vendors, the settings and the operators of this world are like. */
export interface Switches {
  /** The target refuses a second department with one key. */
  uniqueKeys: boolean;
  /** The target refuses a department below itself. */
  refusesCycles: boolean;
  /** The oldest state that a read of the source may show, in milliseconds. */
  staleMs: number;
  /** Every edit is told by events; then nothing may be left to the next pass. */
  events: boolean;
  /** Nothing changes at the source, and it never answers wrongly: the run under faults itself must bring everything. */
  still: boolean;
  /** The longest way to the database, and back, in milliseconds. */
  storeMs: number;
  /** Calls a second to each side; 0 for no limit. */
  perSecond: number;
  leaving: 'hold' | 'apply';
  workers: 1 | 2;
  /** Everything was imported once before the faults begin. */
  before: boolean;
  /** And then the database lost what it knew: all of it, or what came after a backup. */
  linksLost: 'nothing' | 'some' | 'all';
  /** Calls a step of a lane may make. */
  callsPerStep: number;
  /** Steps of lanes after which the run goes on in a new history; 0 for never. */
  stepsPerHistory: number;
  /** Somebody changes things of ours at the target before the last passes. */
  handAtRest: boolean;
}
