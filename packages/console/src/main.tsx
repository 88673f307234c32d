import { connectWhalecast } from '@whalecast/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { accessToken } from './access-token.ts'
import { App } from './app.tsx'
import { attachClient } from './attach-client.ts'
import { socketUrl } from './socket-url.ts'
import { onAnimationFrame } from './state/animation-frame.ts'
import { createStore } from './state/store.ts'
import { StoreContext } from './use-screen.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root element')

// One connection for the life of the page, outside React: no rendering can ever reopen it.
const store = createStore(onAnimationFrame)
const token = accessToken(window)
const client = connectWhalecast({
  url: socketUrl(location),
  // Who may not hear the last two is told so, and sees what everybody may see.
  channels: ['feed', 'tape', 'follow', 'trading_state'],
  ...(token !== undefined && { token }),
})
attachClient(client, store)

createRoot(root).render(
  <StrictMode>
    <StoreContext value={store}>
      <App />
    </StoreContext>
  </StrictMode>,
)
