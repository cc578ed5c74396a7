/** One switch: something the vendor's documents leave open, or a limit. */

export type SwitchValue = string | number | boolean;

export interface Switch {
  default: SwitchValue;
  /** The allowed values; left out for a number of 0 and more, or a boolean. */
  values?: readonly string[];
  meaning: string;
  /** The reference's number of the open question, or its section. */
  about: string;
}
