// npm run settings: writes docs/settings.md and .env.example anew from the table of settings.
import { writeGenerated } from './lib/settings-docs.mjs'
import { main } from './lib/steps.mjs'
import { installWorkspace, loadSettings, root } from './lib/workspace.mjs'

await main(async () => {
  await installWorkspace()
  writeGenerated(root, await loadSettings())
})
