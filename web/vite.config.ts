import { svelte } from '@sveltejs/vite-plugin-svelte'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { consolePages, inputs, paths } from './pages'
import { serviceWorker } from './sw'

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } } // a tenth of the time of 11, 3 % more bytes

/** Text travels compressed, and is compressed once: the server sends the file beside it. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          const source = file.type === 'chunk' ? file.code : file.source
          if (!/\.(js|mjs|css|svg)$/.test(fileName) || source.length < 1024) continue
          this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) })
          this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source, QUICK) })
        }
      },
    },
  }
}

// The server serves what lands in maas/web_static; during `npm run dev` the API is a running `maas serve`.
export default defineConfig({
  plugins: [consolePages(), svelte(), serviceWorker(), compressed()],
  define: { __PAGES__: JSON.stringify(paths) },
  build: {
    outDir: '../maas/web_static',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'], // light-dark() stays as it is written
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: inputs },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8000', ws: true }, '/signin': 'http://127.0.0.1:8000' } },
})
