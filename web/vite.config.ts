import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// The server serves what lands in maas/web_static; during `npm run dev` the API is a running `maas serve`.
export default defineConfig({
  plugins: [svelte()],
  build: { outDir: '../maas/web_static', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1200 },
  worker: { format: 'es' },
  server: { proxy: { '/v1': 'http://127.0.0.1:8000' } },
})
