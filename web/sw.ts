import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

interface Chunk {
  type: string
  fileName: string
  imports?: string[]
  dynamicImports?: string[]
  viteMetadata?: { importedCss: Set<string> }
}

/** Emits the service worker with the list of what the residents' page is made of; the map comes when it is looked at. */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = bundle as unknown as Record<string, Chunk>
      const files = shell(chunks)
      const list = JSON.stringify(['/', '/icon.svg', '/manifest.webmanifest', ...files.map((file) => `/${file}`)])
      const version = createHash('sha256').update(list).digest('hex').slice(0, 12)
      const source = readFileSync('src/sw.js', 'utf8').replace('__SHELL__', list).replace('__VERSION__', version)
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    },
  }
}

/** Every script and style that the residents' entry can ask for, but the map's. */
function shell(chunks: Record<string, Chunk>): string[] {
  const start = Object.values(chunks).find((chunk) => chunk.type === 'chunk' && /assets\/(index|residents)-/.test(chunk.fileName))
  const seen = new Set<string>()
  const queue = start ? [start.fileName] : []
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (seen.has(file) || /maplibre|noto/.test(file)) continue
    seen.add(file)
    const chunk = chunks[file]
    for (const css of chunk?.viteMetadata?.importedCss ?? []) if (!/maplibre|noto/.test(css)) seen.add(css)
    queue.push(...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? []))
  }
  return [...seen].sort()
}
