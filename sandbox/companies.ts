/** Makes companies in the sandbox: the example, or generated ones, each with its app and egress address. */
import type { App, CompanyData } from './dingtalk/company.ts';
import { exampleCompany, newApp, EXAMPLE_EGRESS, EXAMPLE_NAME } from './dingtalk/example.ts';
import { generateCompany } from './dingtalk/generator.ts';
import type { GeneratorOptions } from './dingtalk/generator-options.ts';
import type { Planted } from './dingtalk/planted.ts';

export interface CompanyRequest {
  /** Counts from 1 within one sandbox; decides ids and keys. */
  number: number;
  name?: string;
  egress?: string;
  /** Left out for the example company. */
  generator?: GeneratorOptions;
  now: number;
}

export interface MadeCompany {
  data: CompanyData;
  app: App;
  egress: string;
  planted: Planted[];
}

/** Addresses of documentation (RFC 5737): 198.51.100.7 for the first company, then upwards. */
export function egressOf(number: number): string {
  return number === 1 ? EXAMPLE_EGRESS : `203.0.113.${number % 250}`;
}

export function makeCompany(request: CompanyRequest): MadeCompany {
  const { number, now, generator } = request;
  const egress = request.egress ?? egressOf(number);
  const app = newApp(number, [egress]);
  const corpId = `dingsimcorp${String(number).padStart(4, '0')}`;
  if (!generator) {
    const data = exampleCompany(corpId, [app], now);
    return { data: rename(data, request.name), app, egress, planted: [] };
  }
  const name = request.name ?? (number === 1 ? EXAMPLE_NAME : `模拟科技${number}有限公司`);
  const { data, planted } = generateCompany({ corpId, name, apps: [app], now, number }, generator);
  return { data, app, egress, planted };
}

function rename(data: CompanyData, name: string | undefined): CompanyData {
  if (name === undefined) return data;
  const departments = data.departments.map((each) =>
    each.parentId === 0 ? { ...each, name } : each,
  );
  return { ...data, name, departments };
}
