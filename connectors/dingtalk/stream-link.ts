/** One connection to the Stream gateway: its ticket, its frames, and the word that it is to be replaced. */
import { z } from 'zod';
import type { SourceAddress } from '../../model/connection.ts';
import type { SourceEvent } from '../../model/event.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import type { WireTransport } from '../transport.ts';
import type { Wire } from '../transport-wire.ts';
import { newAnswer } from './answer.ts';
import { unreadable } from './client.ts';
import { refusalProblem } from './refusal.ts';
import { acknowledgement, eventIn, pong, readFrame } from './stream-frame.ts';
import type { Frame, Taken } from './stream-frame.ts';

export interface LinkOptions {
  address: SourceAddress;
  appSecret: string;
  transport: Pick<WireTransport, 'send' | 'dial'>;
  /** Durable once it resolves; only then DingTalk is told so. */
  store(event: SourceEvent): Promise<unknown>;
}

export interface StreamLink {
  wire: Wire;
  /** Resolves when it is to be replaced: DingTalk has said so, or it is gone. */
  leaving: Promise<void>;
  /** Resolves when it is gone. */
  gone: Promise<void>;
}

/** DingTalk waits 3 s for an acknowledgement; who cannot store in two says LATER. */
const STORE_MS = 2_000;
const OPEN = 'v1.0/gateway/connections/open';

const opening = z.object({
  endpoint: z.string().regex(/^wss:\/\//),
  ticket: z.string().min(1).max(1_000),
});

/** Throws ProblemError; SOURCE_CREDENTIALS_REJECTED when key and secret are not taken. */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<StreamLink> {
  const { endpoint, ticket } = await askTicket(options, signal);
  let leave: () => void = () => undefined;
  let end: () => void = () => undefined;
  const leaving = new Promise<void>((resolve) => (leave = resolve));
  const gone = new Promise<void>((resolve) => (end = resolve));
  const ears = {
    text: (text: string, wire: Wire): void => {
      const frame = readFrame(text);
      if (frame) void hear(options, frame, wire, leave);
    },
    closed: (): void => {
      leave();
      end();
    },
  };
  const way = { url: endpoint.replace(/^wss:/, 'https:'), query: { ticket } };
  const wire = await options.transport.dial({ ...way, name: 'stream/connect', signal }, ears);
  return { wire, leaving, gone };
}

async function askTicket({ address, appSecret, transport }: LinkOptions, signal: AbortSignal) {
  const reply = await transport.send({
    method: 'POST',
    url: `${address.api.replace(/\/+$/, '')}/${OPEN}`,
    body: {
      clientId: address.appKey,
      clientSecret: appSecret,
      // Which events come is ticked in the console; here all of them or none can be asked for.
      subscriptions: [{ type: 'EVENT', topic: '*' }],
      ua: 'dingtalk-authing-sync',
    },
    name: OPEN,
    signal,
  });
  const answer = newAnswer(reply);
  if (!answer.ok) {
    const it = refusalProblem(answer.refusal, OPEN);
    // The code of a wrong pair is documented nowhere; its status is.
    const denied = it.code === 'SOURCE_UNKNOWN_REPLY' && [400, 401].includes(reply.status);
    throw new ProblemError(denied ? problem('SOURCE_CREDENTIALS_REJECTED', it.detail) : it);
  }
  const parsed = opening.safeParse(answer.json);
  if (!parsed.success) throw new ProblemError(unreadable(OPEN, 'endpoint'));
  return parsed.data;
}

async function hear(
  options: LinkOptions,
  frame: Frame,
  wire: Wire,
  leave: () => void,
): Promise<void> {
  const { topic } = frame.headers;
  if (frame.type === 'SYSTEM') {
    if (topic === 'ping') wire.send(pong(frame));
    // Nothing new comes from now on, and in some seconds it is closed.
    if (topic === 'disconnect') leave();
  } else if (frame.type === 'EVENT') {
    wire.send(acknowledgement(frame, await taken(options, frame)));
  } else wire.send(acknowledgement(frame, 'none'));
}

async function taken(options: LinkOptions, frame: Frame): Promise<Taken> {
  const event = eventIn(frame, options.address.corpId);
  if (!event) return 'none';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'LATER'>((resolve) => {
    timer = setTimeout(() => resolve('LATER'), STORE_MS);
  });
  const stored = options.store(event).then(
    () => 'SUCCESS' as const,
    () => 'LATER' as const,
  );
  return Promise.race([stored, late]).finally(() => clearTimeout(timer));
}
