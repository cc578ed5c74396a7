/** The demo's story: what an administrator changes in DingTalk after the import, and when Authing shows it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { tell } from '../model/words-terminal.ts';
import type { TerminalWord } from '../model/words-terminal.ts';
import type { Language } from '../model/words.ts';
import type { ApiClient } from './api-client.ts';
import type { DemoConnection, SandboxFacts } from './demo-company.ts';
import { column } from './columns.ts';

export interface StoryStep {
  step: string;
  ok: boolean;
  /** From the change in DingTalk until Authing shows it, milliseconds. */
  ms: number;
}

export interface StoryParts {
  api: ApiClient;
  facts: SandboxFacts;
  connection: DemoConnection['id'];
  way: 'callback' | 'stream';
  /** Where the receiver listens. */
  receiver: string;
  language: Language;
  say: (line: string) => void;
}

/** The example company's departments. */
const RESEARCH = 300000001;
const COMMERCE = 300000002;
const OPERATIONS = 300000003;
const XIAOHONG = 'feihua-0001';
const LEGAL = 401;
const CHINA = 402;
const NEWCOMER = 'feihua-0005';

const LOOK_MS = 10;
const PATIENCE_MS = 60_000;

const authing = z.object({
  pools: z.array(
    z.object({
      departments: z.array(
        z.object({
          id: z.string(),
          parentId: z.string().nullable(),
          name: z.string(),
          openDepartmentId: z.string().nullish(),
        }),
      ),
      users: z.array(
        z.object({
          status: z.string(),
          profile: z.record(z.string(), z.unknown()),
          memberships: z.array(z.object({ departmentId: z.string() })),
        }),
      ),
    }),
  ),
});

/** What Authing shows of an object, as a line; null when there is nothing of it. */
interface Sight {
  department(id: number): string | null;
  person(id: string): string | null;
}

interface Scene {
  step: string;
  word: TerminalWord;
  change: Record<string, unknown>;
  /** What is looked at, and what it has to be. */
  shows(sight: Sight): string | null;
  wanted: string | null;
}

const ROOT = 1;
const SCENES: Scene[] = [
  {
    step: 'department added',
    word: 'storyLegal',
    change: { do: 'addDepartment', id: LEGAL, name: '法务部', parentId: ROOT },
    shows: (it) => it.department(LEGAL),
    wanted: '法务部',
  },
  {
    step: 'department added below another',
    word: 'storyChina',
    change: { do: 'addDepartment', id: CHINA, name: '大中华区', parentId: COMMERCE },
    shows: (it) => it.department(CHINA),
    wanted: '商业化部 / 大中华区',
  },
  {
    step: 'department deleted',
    word: 'storyLegalGone',
    change: { do: 'removeDepartment', id: LEGAL },
    shows: (it) => it.department(LEGAL),
    wanted: null,
  },
  {
    step: 'department renamed',
    word: 'storyResearch',
    change: { do: 'renameDepartment', id: RESEARCH, name: '产研部' },
    shows: (it) => it.department(RESEARCH),
    wanted: '产研部',
  },
  {
    step: 'member added',
    word: 'storyNewcomer',
    change: {
      do: 'addPerson',
      userid: NEWCOMER,
      name: '小蓝',
      departments: [OPERATIONS],
      mobile: '13800000005',
    },
    shows: (it) => it.person(NEWCOMER),
    wanted: '运营部: 小蓝',
  },
  {
    step: 'member deleted',
    word: 'storyNewcomerGone',
    change: { do: 'removePerson', userid: NEWCOMER },
    shows: (it) => it.person(NEWCOMER),
    // An account is kept, closed, and in no department of ours: who leaves may come back.
    wanted: '(Suspended) 小蓝',
  },
  {
    step: 'member renamed',
    word: 'storyXiaohong',
    change: { do: 'changePerson', userid: XIAOHONG, fields: { name: '小红红' } },
    shows: (it) => it.person(XIAOHONG),
    wanted: '产研部: 小红红',
  },
];

/** Subscribes, makes one change after the other, and waits for each. */
export async function playStory(parts: StoryParts): Promise<StoryStep[]> {
  const { language, say } = parts;
  say(tell(parts.way === 'stream' ? 'storyByStream' : 'storyByCallback', language));
  await subscribe(parts);
  const played: StoryStep[] = [];
  for (const scene of SCENES) {
    const changed = performance.now();
    await control(parts, '/dingtalk/changes', 'POST', { changes: [scene.change] });
    const { shown, ok } = await watch(parts, scene);
    const ms = Math.round(performance.now() - changed);
    played.push({ step: scene.step, ok, ms });
    const what = column(tell(scene.word, language), 34);
    const seen = shown ?? tell('storyNothing', language);
    say(`  ${ok ? '✓' : '✗'} ${what} ${column(`${ms} ms`, 9)} Authing: ${seen}`);
  }
  if (played.some((it) => !it.ok)) say(tell('storyMissed', language));
  return played;
}

/** As an administrator does in DingTalk's console. */
async function subscribe(parts: StoryParts): Promise<void> {
  const { api, facts, connection, receiver, way } = parts;
  if (way === 'stream') {
    const open = async (): Promise<boolean> =>
      ((await control(parts, '/dingtalk/stream', 'GET')) as unknown[]).length > 0;
    for (let looks = 0; looks < 600 && !(await open()); looks += 1) await sleep(100);
    return;
  }
  const made = await api.post<{ path: string; token: string; aesKey: string }>(
    `/connections/${connection}/callback`,
    {},
  );
  const { path, token, aesKey } = made;
  const body = { url: `${receiver}${path}`, token, aesKey };
  await control(parts, `/apps/${facts.appKey}/callback`, 'PUT', body);
}

async function watch(parts: StoryParts, scene: Scene) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const shown = scene.shows(await look(parts));
    if (shown === scene.wanted) return { shown, ok: true };
    if (performance.now() > until) return { shown, ok: false };
    await sleep(LOOK_MS);
  }
}

async function look(parts: StoryParts): Promise<Sight> {
  const { corpId } = parts.facts;
  const [pool] = authing.parse(await control(parts, '/state/authing', 'GET')).pools;
  const { departments = [], users = [] } = pool ?? {};
  const place = (id: string): string => {
    const it = departments.find((each) => each.id === id);
    if (!it || it.parentId === null) return '';
    return [place(it.parentId), it.name].filter(Boolean).join(' / ');
  };
  return {
    department(id) {
      const it = departments.find((each) => each.openDepartmentId === `${corpId}:${id}`);
      return it ? place(it.id) : null;
    },
    person(id) {
      const it = users.find(({ profile }) => profile['externalId'] === `${corpId}:${id}`);
      if (!it) return null;
      const where = it.memberships.map(({ departmentId }) => place(departmentId)).join(', ');
      const standing = it.status === 'Activated' ? '' : `(${it.status}) `;
      return `${standing}${where === '' ? '' : `${where}: `}${String(it.profile['name'])}`;
    },
  };
}

async function control(
  { facts }: StoryParts,
  path: string,
  method: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${facts.control}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
