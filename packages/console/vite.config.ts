import react from '@vitejs/plugin-react'
import { defineConfig, defaultClientConditions } from 'vite'

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    // The page runs under a content security policy without inline code: everything stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
