import type { Redis } from 'ioredis'

/*
 * Each script is one atomic operation of the Broker port. Its header lists KEYS, ARGV and what it answers.
 * Numbers that leave a script are formatted by %.0f: Lua prints large ones in scientific form.
 */

/**
 * Appends to a log channel, once per id, and publishes the entry.
 * A new server (`run_id`) starts a new epoch, so that a failover that lost entries cannot hand out an offset
 * twice unnoticed. The memory of ids is trimmed together with the stream.
 *
 * KEYS stream, meta {epoch, offset, run, term:<owner>}, ids {id → epoch-offset}
 * ARGV id, type, ts, data (JSON), retention, owner ('' = no fence), term, topic
 * → 'fenced' | 'known:<epoch>-<offset>' | 'ok:<epoch>-<offset>'
 */
const appendLog = `
if ARGV[6] ~= '' then
  local field = 'term:' .. ARGV[6]
  local highest = tonumber(redis.call('HGET', KEYS[2], field) or '0')
  if tonumber(ARGV[7]) < highest then return 'fenced' end
  if tonumber(ARGV[7]) > highest then redis.call('HSET', KEYS[2], field, ARGV[7]) end
end
local known = redis.call('HGET', KEYS[3], ARGV[1])
if known then return 'known:' .. known end

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'offset', 'run')
local epoch = tonumber(meta[1] or '0')
local prev = tonumber(meta[2] or '0')
if meta[3] ~= run then
  local time = redis.call('TIME')
  epoch = math.max(epoch + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
end
local offset = prev + 1
local position = string.format('%.0f-%.0f', epoch, offset)

redis.call('HSET', KEYS[2], 'epoch', string.format('%.0f', epoch), 'offset', string.format('%.0f', offset), 'run', run)
redis.call('XADD', KEYS[1], position, 'id', ARGV[1], 'type', ARGV[2], 'ts', ARGV[3], 'prev', string.format('%.0f', prev), 'data', ARGV[4])
redis.call('HSET', KEYS[3], ARGV[1], position)

local over = redis.call('XLEN', KEYS[1]) - tonumber(ARGV[5])
if over > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', over)) do
    redis.call('HDEL', KEYS[3], entry[2][2])
  end
  redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', ARGV[5])
end

redis.call('PUBLISH', ARGV[8], string.format(
  '{"epoch":%.0f,"offset":%.0f,"prev":%.0f,"id":%s,"type":%s,"ts":%s,"data":',
  epoch, offset, prev, cjson.encode(ARGV[1]), cjson.encode(ARGV[2]), ARGV[3]) .. ARGV[4] .. '}')
return 'ok:' .. position
`

/**
 * Lets out a beat of a log channel, with its newest position, on the topic of its entries; one at a time.
 *
 * KEYS meta {epoch, offset}, beat (there while no other may follow)
 * ARGV rest in ms, topic
 * → 1 let out, 0 one was just before
 */
const beatLog = `
if not redis.call('SET', KEYS[2], '1', 'PX', ARGV[1], 'NX') then return 0 end
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
redis.call('PUBLISH', ARGV[2], string.format('{"beat":{"epoch":%.0f,"offset":%.0f}}', tonumber(meta[1] or '0'), tonumber(meta[2] or '0')))
return 1
`

/**
 * Sets a latest value unless a newer one is there, and publishes it. The same (term, version) again is 'ok'.
 * The epoch is when the key was first written: it grows when Redis was emptied.
 *
 * KEYS value {epoch, term, version, type, ts, data}
 * ARGV type, ts, data (JSON), term, version, key, topic
 * → 'fenced' | 'stale' | 'ok'
 */
const setLatest = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'term', 'version')
local epoch = held[1]
if epoch then
  local term, version = tonumber(ARGV[4]), tonumber(ARGV[5])
  if term < tonumber(held[2]) then return 'fenced' end
  if term == tonumber(held[2]) then
    if version < tonumber(held[3]) then return 'stale' end
    if version == tonumber(held[3]) then return 'ok' end
  end
else
  local time = redis.call('TIME')
  epoch = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
end
redis.call('HSET', KEYS[1], 'epoch', epoch, 'term', ARGV[4], 'version', ARGV[5], 'type', ARGV[1], 'ts', ARGV[2], 'data', ARGV[3])
redis.call('PUBLISH', ARGV[7],
  '{"key":' .. cjson.encode(ARGV[6]) .. ',"type":' .. cjson.encode(ARGV[1]) .. ',"ts":' .. ARGV[2] ..
  ',"epoch":' .. epoch .. ',"term":' .. ARGV[4] .. ',"version":' .. ARGV[5] .. ',"data":' .. ARGV[3] .. '}')
return 'ok'
`

/**
 * Takes a lease that is free, or renews one that the holder has. Terms only grow, across an emptied Redis too.
 *
 * KEYS holder, term   ARGV holder, ttl in ms
 * → term, or false when somebody else holds it
 */
const acquireLease = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return false end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
if holder then return string.format('%.0f', previous) end
local time = redis.call('TIME')
local term = string.format('%.0f', math.max(previous + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)))
redis.call('SET', KEYS[2], term)
return term
`

/** KEYS holder   ARGV holder, ttl in ms   → 1 renewed, 0 somebody else's or gone */
const renewLease = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

/** KEYS holder   ARGV holder   → 1 given back, 0 not ours */
const releaseLease = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

/**
 * Makes this owner the partition's writer: from now on no older term can commit.
 *
 * KEYS state   ARGV term   → every field of the state, or 'fenced'
 */
const openPartition = `
if tonumber(ARGV[1]) < tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') then return 'fenced' end
redis.call('HSET', KEYS[1], 'fence', ARGV[1])
return redis.call('HGETALL', KEYS[1])
`

/**
 * Applies a batch's effects and its place together, or nothing. Batch term 0: effects apart from any batch, and the
 * place stays.
 *
 * KEYS state {fence, term, seq, through, seen, f:<field>}, seen (list of <13 digits ms><16 bytes an id>)
 * ARGV owner's term, batch term, seq, through, max seen ids, max age of seen ids in ms, packed ids,
 *      number of fields to set, field, value, …, fields to delete …
 * → 'fenced' | 'known' | 'ok'
 */
const commitBatch = `
local state = redis.call('HMGET', KEYS[1], 'fence', 'term', 'seq', 'seen')
if tonumber(ARGV[1]) < tonumber(state[1] or '0') then return 'fenced' end
local term, seq = tonumber(state[2] or '0'), tonumber(state[3] or '0')
local batch = tonumber(ARGV[2]) > 0
if batch and (tonumber(ARGV[2]) < term or (tonumber(ARGV[2]) == term and tonumber(ARGV[3]) <= seq)) then return 'known' end

local last = 8 + 2 * tonumber(ARGV[8])
for at = 9, last, 2 do redis.call('HSET', KEYS[1], 'f:' .. ARGV[at], ARGV[at + 1]) end
for at = last + 1, #ARGV do redis.call('HDEL', KEYS[1], 'f:' .. ARGV[at]) end

local seen = tonumber(state[4] or '0')
if #ARGV[7] > 0 then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  redis.call('RPUSH', KEYS[2], string.format('%013.0f', now) .. ARGV[7])
  seen = seen + #ARGV[7] / 16
  while true do
    local oldest = redis.call('LINDEX', KEYS[2], 0)
    if not oldest then break end
    if seen <= tonumber(ARGV[5]) and tonumber(string.sub(oldest, 1, 13)) >= now - tonumber(ARGV[6]) then break end
    redis.call('LPOP', KEYS[2])
    seen = seen - (#oldest - 13) / 16
  end
end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'seen', string.format('%.0f', seen))
if batch then redis.call('HSET', KEYS[1], 'term', ARGV[2], 'seq', ARGV[3], 'through', ARGV[4]) end
return 'ok'
`

type Argument = string | number | Buffer

/** A connection that knows the bus's scripts. */
export type ScriptedRedis = Redis & {
  appendLog(...args: Argument[]): Promise<string>
  beatLog(...args: Argument[]): Promise<number>
  setLatest(...args: Argument[]): Promise<'ok' | 'fenced' | 'stale'>
  acquireLease(...args: Argument[]): Promise<string | null>
  renewLease(...args: Argument[]): Promise<number>
  releaseLease(...args: Argument[]): Promise<number>
  openPartition(...args: Argument[]): Promise<string[] | 'fenced'>
  commitBatch(...args: Argument[]): Promise<'ok' | 'known' | 'fenced'>
}

const scripts = {
  appendLog: { lua: appendLog, numberOfKeys: 3 },
  beatLog: { lua: beatLog, numberOfKeys: 2 },
  setLatest: { lua: setLatest, numberOfKeys: 1 },
  acquireLease: { lua: acquireLease, numberOfKeys: 2 },
  renewLease: { lua: renewLease, numberOfKeys: 1 },
  releaseLease: { lua: releaseLease, numberOfKeys: 1 },
  openPartition: { lua: openPartition, numberOfKeys: 1 },
  commitBatch: { lua: commitBatch, numberOfKeys: 2 },
}

/** Options for a connection that knows the scripts. */
export const scriptOptions = { scripts }

export function isScripted(redis: Redis): redis is ScriptedRedis {
  return Object.keys(scripts).every((name) => name in redis)
}
