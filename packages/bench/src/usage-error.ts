/** An argument that means nothing here; its message ends with how the benchmark is called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
