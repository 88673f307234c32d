/** A file of the repository, by its path from the root. */
export function inRoot(path: string): URL {
  return new URL(`../../../../${path}`, import.meta.url)
}
