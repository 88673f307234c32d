/** What a child process answers: per call, what goes in and what comes out. */
export type Calls = { readonly [name: string]: { readonly input: unknown; readonly output: unknown } }

export type Handlers<C extends Calls> = {
  readonly [Name in keyof C]: (input: C[Name]['input']) => C[Name]['output'] | Promise<C[Name]['output']>
}

export type Request = { readonly id: number; readonly call: string; readonly input: unknown }
export type Response = { readonly id: number; readonly output?: unknown; readonly error?: string }

/** Answers the calls of the process that forked this one, and ends with it: no child outlives its parent. */
export function serveCalls<C extends Calls>(handlers: Handlers<C>): void {
  const byName = new Map<string, (input: never) => unknown>(Object.entries(handlers))
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole group; the parent decides when a child ends.
  process.on('SIGINT', () => undefined)
  process.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
    const { id, call, input } = message as Request
    void answer(byName.get(call), input).then((response) => process.send?.({ id, ...response }))
  })
}

async function answer(
  handler: ((input: never) => unknown) | undefined,
  input: unknown,
): Promise<Omit<Response, 'id'>> {
  try {
    if (!handler) throw new TypeError('this process has no such call')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typed where it is called
    return { output: await handler(input as never) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
