import { parseChannel, type ClientFrame, type ErrorCode, type Filter } from '@whalecast/events'
import { channelOf, feedOf, readFeed, type Feed } from '../channels/feeds.ts'
import { normaliseFilter } from '../channels/filters.ts'
import { isSelective, type ListenedFeeds } from '../channels/listened-feeds.ts'
import { isLogName } from '../channels/messages.ts'

export type SubscribeFrame = Extract<ClientFrame, { type: 'subscribe' }>

/** Who asks. */
export type Standing = {
  /** What it listens to. */
  readonly feeds: readonly string[]
  readonly mayHear: (channel: string) => boolean
  readonly account: boolean
}

type Complaint = { readonly code: ErrorCode; readonly message: string }
/** A feed to begin with, as it is asked for. */
export type Wanted = { readonly feed: string; readonly channel: string; readonly filter: Filter | undefined }
export type SubscribePlan =
  /** Nothing of the frame is obeyed. */
  | { readonly ok: false; readonly complaint: Complaint }
  /** `wanted` begins; what is heard of the same channels in other forms ends. */
  | { readonly ok: true; readonly wanted: readonly Wanted[]; readonly complaints: readonly Complaint[] }

/** Far above what a screen shows; below it, a client cannot make this process hold a table of every market. */
const channelsPerClient = 256
/** Each costs a test of every entry or print of its channel. */
const filtersPerClient = 8
const wildcardsPerClient = 8
/** Filters and wildcards of all clients that differ: a fifth of a core with a thousand prints a second. */
const selectivePerReplica = 1_024

/** What comes of a `subscribe`, before anything is done. */
export function planSubscription(
  { channels, delta = false, filter, max_hz: maxHz, resume = {} }: SubscribeFrame,
  { feeds, mayHear, account }: Standing,
  listened: Pick<ListenedFeeds, 'selective' | 'hasSelective'>,
): SubscribePlan {
  const asked = [...new Set(channels)]
  const stray = Object.keys(resume).find((channel) => !isLogName(channel) || !asked.includes(channel))
  if (stray !== undefined) return refused('bad_frame', `resume: ${quoted(stray)} is no log of this frame`)
  const wanted: Wanted[] = []
  const unknown: string[] = []
  const closed: string[] = []
  for (const channel of asked) {
    const kind = parseChannel(channel)?.name
    const normal = kind && normaliseFilter(kind, filter ?? {})
    if (!normal) unknown.push(channel)
    else if (!normal.ok) return refused('bad_filter', normal.message)
    else if (!mayHear(channel)) closed.push(channel)
    else {
      const feed = feedOf(channel, { account, delta, filter: normal.filter, maxHz })
      if (Object.hasOwn(resume, channel) || !feeds.includes(feed))
        wanted.push({ feed, channel, filter: normal.filter })
    }
  }
  const replaced = new Set(wanted.map(({ channel }) => channel))
  const kept = feeds.filter((feed) => !replaced.has(channelOf(feed)))
  const all = [...kept, ...wanted.map(({ feed }) => feed)].flatMap((feed) => readFeed(feed) ?? [])
  const tooMany = tooManyOf(all, listened)
  if (tooMany) return { ok: false, complaint: tooMany }
  const complaints: Complaint[] = []
  if (unknown[0] !== undefined)
    complaints.push({ code: 'unknown_channel', message: `there is no channel ${quoted(unknown[0])}` })
  if (closed[0] !== undefined)
    complaints.push({ code: 'unauthorized', message: `${closed[0]} needs a token with the scope account` })
  return { ok: true, wanted, complaints }
}

function tooManyOf(
  feeds: readonly Feed[],
  listened: Pick<ListenedFeeds, 'selective' | 'hasSelective'>,
): Complaint | undefined {
  if (feeds.length > channelsPerClient)
    return { code: 'too_many_channels', message: `one client may listen to ${channelsPerClient} channels` }
  if (feeds.filter(({ filter }) => filter !== undefined).length > filtersPerClient)
    return { code: 'too_many_filters', message: `one client may filter ${filtersPerClient} channels` }
  if (feeds.filter(({ channel }) => parseChannel(channel)?.prefix !== undefined).length > wildcardsPerClient)
    return { code: 'too_many_filters', message: `one client may have ${wildcardsPerClient} wildcards` }
  const added = feeds.filter((feed) => isSelective(feed) && !listened.hasSelective(feed.name)).length
  if (added > 0 && listened.selective + added > selectivePerReplica)
    return { code: 'too_many_filters', message: 'this replica holds as many filters and wildcards as it may' }
  return undefined
}

const quoted = (text: string): string => JSON.stringify(text)
const refused = (code: ErrorCode, message: string): SubscribePlan => ({
  ok: false,
  complaint: { code, message },
})
