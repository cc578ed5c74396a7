/** The bugs that the simulator must find: each rule taken away, and what was wrong once, as edits of the product. */
import { bug } from './plant.ts';
import type { PlantedBug } from './plant.ts';
import { plantedRules } from './planted-rules.ts';

const LINKS = 'store/links.ts';
const CLAIMS = 'store/claims.ts';
const FRONTIER = 'store/frontier.ts';
const SEND = 'activities/send-people.ts';
const CREATE = 'activities/create-people.ts';
const CHANGE = 'activities/change-people.ts';
const SETTLE = 'activities/settle-people.ts';
const FATES = 'activities/person-fates.ts';
const MEMBERSHIPS = 'activities/send-memberships.ts';
const DEPARTMENTS = 'activities/write-departments.ts';
const GATE = 'activities/department-gate.ts';
const DEPARTMENT = 'activities/send-department.ts';
const DRIVER = 'test/simulator/driver.ts';

/** Claims, settlements, the gate: two writers, one object. */
const writers: PlantedBug[] = [
  bug(
    'a live claim is taken',
    CLAIMS,
    "$or: [{ claim: null }, { 'claim.until': { $lte: now } }],",
    '',
  ),
  bug('an older read is claimed', CLAIMS, 'applied: { $lt: request.number },', ''),
  bug('anybody settles', CLAIMS, "'claim.token': token", '_id: link._id'),
  bug(
    'E: written until the claim ends (people)',
    FATES,
    'claims.remainingMs() - ms > pass.times.longestWriteMs',
    'claims.remainingMs() - ms > 0',
  ),
  bug(
    'E: written until the claim ends (departments)',
    DEPARTMENT,
    `ms >
      pass.times.longestWriteMs;`,
    'ms > 0;',
  ),
  bug('nobody asks before sending', FATES, 'pass.writer(() => may(0))', 'pass.writer(() => true)'),
  bug('the gate is open', 'store/gate.ts', 'if (!got) {', 'if (!connection) {'),
  bug(
    'C: the gate is given up on an unclear reply',
    GATE,
    'gate.leave(!unclear)',
    'gate.leave(true)',
  ),
  bug(
    'circles are not looked for',
    DEPARTMENT,
    'if (move) await refuseCycle(',
    'if (!pass) await refuseCycle(',
  ),
  bug(
    'a circle that others are leaving is a refusal',
    'activities/sync-object.ts',
    'circlesWait: true',
    'circlesWait: false',
  ),
  bug(
    'an unclear end is forgotten',
    'model/link.ts',
    'return link.opened - link.settled > (link.claim ? 1 : 0);',
    'return link.opened < 0;',
  ),
  bug(
    'G: people planned before the claim',
    'activities/write-people.ts',
    'if (link) won.push({ item, link });',
    `const old = before.get(item.person.id);
    const { targetId, prints, departments } = old ?? link ?? {};
    if (link) won.push({ item, link: { ...link, targetId, prints, departments } as Link });`,
  ),
  bug(
    'G: departments planned before the claim',
    DEPARTMENTS,
    "const link = claims.won.get(linkId(connection.id, 'department', queued.id));",
    `const won = claims.won.get(linkId(connection.id, 'department', queued.id));
    const { targetId, name, parentId } = links.get(queued.id) ?? won ?? {};
    const link = won && { ...won, targetId, name, parentId };`,
  ),
  bug('H: an unclear write is sent again', 'activities/pass.ts', "it.effect === 'unknown' ||", ''),
  bug(
    'I: fields that do not differ are sent along',
    CHANGE,
    'pick(work.person.fields, work.difference.fields)',
    'work.person.fields',
  ),
  bug(
    'an unclear change is taken for done',
    FATES,
    "else fates.set(work, 'unclear');\n  });",
    "else fates.set(work, { outcome, targetId: work.base?.targetId ?? 'T' });\n  });",
  ),
  bug(
    'an unclear membership is taken for done',
    MEMBERSHIPS,
    "refusal(why) : 'unclear';",
    "refusal(why) : { outcome: 'moved' as const, targetId: members[0]?.base?.targetId ?? '' };",
  ),
  bug(
    'a settlement that came too late counts',
    CLAIMS,
    'if (matchedCount === settlements.length) return ids;',
    'return ids;',
  ),
  bug(
    'what was begun is given back',
    SEND,
    'releaseOf(work, channel.begun.has(work))',
    'releaseOf(work, false)',
  ),
];

/** One object at a time. */
const objects: PlantedBug[] = [
  bug(
    'A: no confirming read',
    DRIVER,
    "if (end !== 'busy' && confirmed) return;",
    "if (end !== 'busy') return;",
  ),
  bug(
    'the confirming read comes too early',
    DRIVER,
    'world.switches.staleMs + 1000',
    'world.switches.staleMs - 1000',
  ),
  bug(
    'the number is taken after the request',
    'activities/sync-object.ts',
    `  const { number } = await pass.links.next(pass.connection.id);
  const object = { kind: 'person' as const, id };
  const found = await seen(persist(pass, () => pass.source.person(id, pass.signal)));`,
    `  const object = { kind: 'person' as const, id };
  const found = await seen(persist(pass, () => pass.source.person(id, pass.signal)));
  const { number } = await pass.links.next(pass.connection.id);`,
  ),
  bug(
    'D: contents of a new department are not handed over',
    DRIVER,
    'for (const it of handOver) this.touch(it);',
    '',
  ),
  bug(
    'F: nothing differed, nothing settled',
    CHANGE,
    `    const outcome = outcomeOf(work);
    fates.set(`,
    `    const outcome = outcomeOf(work);
    if (outcome !== 'unchanged') fates.set(`,
  ),
  bug('nobody sweeps dead claims', DRIVER, 'if (this.#passing > 0) return 0;', 'return 0;'),
  {
    name: 'failed departments count as listed',
    edits: [
      {
        file: LINKS,
        find: "{ 'run.id': which.run, 'run.outcome': { $ne: 'failed' as const } }",
        replace: "{ 'run.id': which.run }",
      },
      { file: LINKS, find: "state: 'present' as const,", replace: '' },
    ],
  },
  {
    name: 'departments that could not be made are listed',
    edits: [
      {
        file: 'activities/sync-object.ts',
        find: "link?.state !== 'present' || link.listed === true",
        replace: 'link?.listed === true',
      },
      { file: LINKS, find: "state: 'present' as const,", replace: '' },
    ],
  },
  bug(
    'a person without a department that is just made',
    'activities/sync-object.ts',
    "if (brought === 'busy') return { end: 'busy', handOver };",
    '',
  ),
  bug(
    'what a lost store created is created again (single objects)',
    DEPARTMENTS,
    'const unknown = link.targetId === null && (!pass.counting || link.opened > 1);',
    'const unknown = link.targetId === null && pass.counting && link.opened > 1;',
  ),
  bug(
    'a link that was claimed while keys were read is trusted',
    DEPARTMENTS,
    '(!pass.counting || link.opened > 1)',
    '!pass.counting',
  ),
];

/** The pass: lanes, frontier, generations, batches. */
const passes: PlantedBug[] = [
  bug(
    'what a lost store created is created again (runs)',
    'activities/begin.ts',
    'await pass.links.recover(links);',
    'await pass.links.recover(links.slice(0, 1));',
  ),
  bug(
    'a blank link hides what is found',
    LINKS,
    '{ updateOne: { filter: blank, update: { $set: found } } },',
    '',
  ),
  bug(
    'the cursor is stored before its page',
    FRONTIER,
    '  if (sealed) {\n    const stored',
    `  const early = { _id: queueId({ run, generation }, position), pages: page, membersDone: false };
  await guard(() => c.queue.updateOne(early, { $set: change }));
  if (sealed) {
    const stored`,
  ),
  bug(
    'the head moves before its departments are written',
    'activities/apply-departments.ts',
    '    // Whoever is held by another writer holds up',
    `    this.#landed.set(flight.from, flight);
    await this.#advance();
    // Whoever is held by another writer holds up`,
  ),
  bug(
    'a page cursor is trusted after somebody left',
    'activities/read-page.ts',
    'if (at.pages > 0 || full) people.push',
    'if (at.pages < 0) people.push',
  ),
  bug(
    'results of a batch are taken in another order',
    FATES,
    'const result = results[at];\n    if (result?.outcome',
    'const result = results[works.length - 1 - at];\n    if (result?.outcome',
  ),
  bug(
    'an older execution takes the run back',
    FRONTIER,
    'if ((known?.since ?? 0) > since) throw superseded();',
    '',
  ),
  {
    name: 'attempts that were given up go on writing the frontier',
    edits: [
      { file: FRONTIER, find: '...(fence === undefined ? {} : { fence })', replace: '' },
      {
        file: FRONTIER,
        find: 'const mine = { fence: { $lte: fence } };',
        replace: 'const mine = {};',
      },
      {
        file: FRONTIER,
        find: 'position, page), fence: { $lte: fence } },',
        replace: 'position, page) },',
      },
    ],
  },
  bug(
    'a pause stops only the lanes that saw it',
    'test/simulator/lead.ts',
    `drain.abort();
          return 'stopped';`,
    "return 'stopped';",
  ),
  bug(
    'children do not wait for their parent',
    'activities/apply-departments.ts',
    'if (department.parentId !== null && open.has(department.parentId)) break;',
    '',
  ),
  bug(
    'people do not wait for their departments',
    'activities/apply-people.ts',
    'const feed = new PeopleFeed(pass, reach.targets, positions, false, reach.planned);',
    'const feed = new PeopleFeed(pass, reach.targets, positions, true, reach.planned);',
  ),
  bug(
    'who waits is forgotten',
    'activities/apply-people.ts',
    '[...new Set([...lane.deferred, ...feed.again])].sort((a, b) => a - b);',
    '[...lane.deferred];',
  ),
  bug(
    'an attempt that was overtaken ends the lane',
    'activities/apply-people.ts',
    'return moved && feed.ended;',
    'return feed.ended;',
  ),
  bug(
    'who exists and was not compared is given up',
    SEND,
    "if (work.base === null && fate !== 'found' && isKeyTaken(fate)) fates.delete(work);",
    ';',
  ),
  bug(
    'who is busy is forgotten',
    'activities/people-feed.ts',
    "if (ends.get(item) !== 'settled') page.again = true;",
    '',
  ),
  bug(
    'nothing is verified',
    'activities/verify.ts',
    'if (differing.length === 0) return;',
    'return;',
  ),
  bug(
    'departments are not verified',
    'activities/verify.ts',
    'if (wrong.size === 0) return;',
    'return;',
  ),
  bug(
    'who is in doubt is read for the asked departments only',
    'activities/person-base.ts',
    'work.base = person ? baseOf(pass, person, targets) : null;',
    `work.base = person ? baseOf(pass, person, targets) : null;
    if (work.base) work.base.departments = work.base.departments.filter((id) => work.departments.includes(id) || work.link.departments?.includes(id));`,
  ),
  bug(
    'who is found instead of created is not compared',
    CREATE,
    "if (more) fates.set(work, 'found');",
    '',
  ),
  bug(
    'what the source leaves empty is forgotten',
    SETTLE,
    '{ ...work.base?.prints, ...person.prints }',
    '{ ...person.prints }',
  ),
  bug(
    'a lost connection while counting ends the run',
    LINKS,
    'const next = await guard(() => links.next());',
    'const next = await links.next();',
  ),
];

export const plantedBugs: PlantedBug[] = [...writers, ...objects, ...passes, ...plantedRules];
