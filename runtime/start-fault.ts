/** A reason why a process cannot start, in words for the person who started it. */

/** The message is ours, safe to print, and ends with what to do. */
export class StartFault extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: { cause?: unknown }) {
    super(message);
    this.name = 'StartFault';
    this.exitCode = exitCode;
    if (options?.cause !== undefined) {
      Object.defineProperty(this, 'cause', { value: options.cause, enumerable: false });
    }
  }
}
