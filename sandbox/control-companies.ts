/** Which company a request to the control API is about. */
import { BadRequest } from './control-server.ts';
import type { Company } from './dingtalk/directory.ts';
import type { Frame } from './frame.ts';

/** The named company, or the first. */
export function companyOf(frame: Frame, corpId: string | undefined): Company {
  const { companies } = frame.dingtalk.core;
  const [first] = companies.values();
  const company = corpId === undefined ? first : companies.get(corpId);
  if (company) return company;
  throw new BadRequest(
    `there is no company ${corpId}; there are ${[...companies.keys()].join(', ')}`,
  );
}
