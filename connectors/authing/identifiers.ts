/** Takes phone, e-mail or user name from an account; which way of erasing the pool understands is found by trying. */
import { ProblemError, problem } from '../../model/problem.ts';
import { replies } from './replies.ts';
import type { TargetReader } from '../target.ts';
import type { AuthingClient, SendWindow } from './client.ts';

/** Whether an update erases by an empty text or by null is not documented, so both are tried. */
const EMPTY = ['', null] as const;

export async function releaseIdentifiers(
  { client, reader, window }: { client: AuthingClient; reader: TargetReader; window: SendWindow },
  userId: string,
  fields: ('phone' | 'email' | 'username')[],
  username?: string,
): Promise<void> {
  const held = async (): Promise<boolean> => {
    const [account] = await reader.people([userId], 'user_id');
    return fields.some((field) => account?.fields[field] && account.fields[field] !== username);
  };
  for (const empty of EMPTY) {
    const erased = Object.fromEntries(fields.map((field) => [field, empty]));
    const name = username === undefined ? {} : { username };
    const body = { userId, ...erased, ...name, options: { userIdType: 'user_id' } };
    try {
      await client.write({ name: 'update-user', body, parse: replies.writtenPerson, window });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { effect, kind } = error.problem;
      if (effect === 'unknown' && !(await held().catch(() => true))) return;
      if (effect === 'unknown' || kind !== 'data') throw error;
    }
    if (!(await held())) return;
  }
  throw new ProblemError(problem('DATA_IDENTIFIER_KEPT', { field: fields.join(', ') }));
}
