/** What the REST interface has done since the start. */
export type RestCounters = {
  requests: number
  unauthorized: number
  forbidden: number
  rateLimited: number
  failed: number
}

export function createRestCounters(): RestCounters {
  return { requests: 0, unauthorized: 0, forbidden: 0, rateLimited: 0, failed: 0 }
}
