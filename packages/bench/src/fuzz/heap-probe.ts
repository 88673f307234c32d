// Loaded into the server before itself: tells, when asked, what the process holds. Nothing of it runs unasked.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

process.on('message', (message) => {
  if (message !== 'holding' || typeof collect !== 'function') return
  // Twice: what the first pass frees may hold more.
  collect()
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  process.send?.({ heapUsed, external, rss, handles })
})
process.channel?.unref()
