/** The switches and limits in force, and how they are changed while the sandbox runs. */
import { authingLimits } from './limits.ts';
import { authingSwitches } from './switches.ts';
import type { AuthingLimits } from './limits.ts';
import type { AuthingSwitches } from './switches.ts';

export type Settings = AuthingSwitches & AuthingLimits;

/** Switches and limits as they are when nobody changes them. */
export function defaultSettings(): Settings {
  const settings: Record<string, string | number> = {};
  for (const [name, entry] of Object.entries(authingSwitches)) settings[name] = entry.default;
  for (const [name, entry] of Object.entries(authingLimits)) settings[name] = entry.default;
  return settings as Settings;
}

/**
 * Changes some of the settings; all of `change` or, when one name or value is wrong, nothing of it.
 * @throws Error naming the wrong name or value.
 */
export function applySettings(settings: Settings, change: Record<string, unknown>): void {
  const checked: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(change)) checked[name] = checkedValue(name, value);
  Object.assign(settings, checked);
}

function checkedValue(name: string, value: unknown): string | number {
  if (Object.hasOwn(authingSwitches, name)) {
    const { values } = authingSwitches[name as keyof AuthingSwitches];
    const found = values.find((allowed) => allowed === value);
    if (found !== undefined) return found;
    throw new Error(`the switch ${name} is one of ${values.join(', ')}`);
  }
  if (Object.hasOwn(authingLimits, name)) {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw new Error(`the limit ${name} is a number of 0 or more`);
  }
  throw new Error(`there is no Authing setting named ${name}`);
}
