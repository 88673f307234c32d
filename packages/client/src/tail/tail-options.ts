import { parseArgs } from 'node:util'

export type TailOptions = {
  /** Address of the socket. */
  readonly url: string
  readonly channels: readonly string[]
  readonly minSizeDollars?: number
  /** Frames as they come, one JSON text a line. */
  readonly json: boolean
  /** File that holds the token; read anew at each connection. */
  readonly tokenFile?: string
}

/** What the command line asks for: to follow, to be told how, or something that makes no sense. */
export type TailCommand =
  | { readonly type: 'follow'; readonly options: TailOptions }
  | { readonly type: 'help' }
  | { readonly type: 'mistake'; readonly message: string }

export const tailHelp = `npm run tail -- [options]

  --channel NAME      what to follow: whales (the default), tape, tape:TICKER, decisions, system, …
                      may be given several times
  --min-size DOLLARS  only prints and whales of this size or more
  --json              frames as they come, one a line
  --url ADDRESS       a server; else the one that npm start runs here, or http://127.0.0.1:8080
  --token-file FILE   shows the token in this file, for channels that need one
  --help              this text

Frames go to standard output; what happens to the connection goes to standard error. Ctrl-C ends it.
`

/** Reads a command line; `defaultUrl` is followed when it names no other. */
export function readTailCommand(args: readonly string[], defaultUrl: string): TailCommand {
  let values: ReturnType<typeof parse>
  try {
    values = parse(args)
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return { type: 'help' }
  const url = socketUrl(values.url ?? defaultUrl)
  if (url === undefined) return mistake(`--url: ${values.url} is no address of a server`)
  const {
    'min-size': minSize,
    'token-file': tokenFile,
    channel: channels = ['whales'],
    json = false,
  } = values
  const minSizeDollars = minSize === undefined ? undefined : Number(minSize)
  if (minSizeDollars !== undefined && !(minSizeDollars >= 0 && minSize?.trim() !== ''))
    return mistake(`--min-size: ${minSize} is no number of dollars`)
  const options = {
    url,
    channels,
    json,
    ...(minSizeDollars !== undefined && { minSizeDollars }),
    ...(tokenFile !== undefined && { tokenFile }),
  }
  return { type: 'follow', options }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      channel: { type: 'string', multiple: true },
      'min-size': { type: 'string' },
      json: { type: 'boolean' },
      url: { type: 'string' },
      'token-file': { type: 'string' },
      help: { type: 'boolean' },
    },
  }).values

const mistake = (message: string): TailCommand => ({ type: 'mistake', message })

/** The socket of a server that is named by its page, its socket, or its host and port alone. */
function socketUrl(address: string): string | undefined {
  const text = address.includes('://') ? address : `http://${address}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!/^(https?|wss?):$/.test(url.protocol)) return undefined
  url.protocol = url.protocol.replace('http', 'ws')
  if (url.pathname === '/') url.pathname = '/ws'
  return url.href
}
