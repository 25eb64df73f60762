import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

/** The pages of this server: each is `src/NAME` in the one template, page.html. Residents live at `/`. */
export const PAGES = {
  residents: { title: '幕張MaaS', description: '幕張新都心の移動をひとつに：電車・バス・自動運転シャトルの行き方を調べる' },
  desk: { title: '電話受付', description: '電話受付：かけてきた人の予約を代わりに取る' },
  fleet: { title: '運行管理', description: '自動運転シャトルの運行管理' },
  shop: { title: 'お店・施設', description: 'お店・施設の予約、枠、商品' },
  feeds: { title: 'データ公開', description: '時刻表と停留所のデータを作り、確かめ、公開する' },
  city: { title: '市', description: '市の指標、行きやすさ、災害時の切りかえ' },
}

type Name = keyof typeof PAGES

const fileOf = (name: string) => (name === 'residents' ? 'index.html' : `${name}.html`)
const names = Object.keys(PAGES) as Name[]

/** HTML files that Vite builds; none of them is written down. */
export const inputs = names.map(fileOf)

/** Paths as people type them. */
export const paths = names.map((name) => (name === 'residents' ? '/' : `/${name}`))

function html(name: Name): string {
  const words = { DESCRIPTION: PAGES[name].description, TITLE: PAGES[name].title, SOURCE: name, MANIFEST: fileOf(name).replace('index.html', 'manifest').replace('.html', '') }
  return readFileSync('page.html', 'utf8').replace(/%([A-Z]+)%/g, (_, key: keyof typeof words) => words[key])
}

function manifest(name: Name) {
  const { title, description } = PAGES[name]
  const path = name === 'residents' ? '/' : `/${name}`
  return {
    id: path,
    name: title,
    short_name: title,
    description,
    lang: 'ja',
    start_url: path,
    scope: '/',
    display: 'standalone',
    background_color: '#f3f1ea',
    theme_color: '#0b5563',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}

/** Makes the HTML of each page out of the template, and its manifest: every console can be installed. */
export function consolePages(): Plugin {
  const byFile = new Map(names.map((name) => [resolve(fileOf(name)), name]))
  return {
    name: 'console-pages',
    enforce: 'pre',
    resolveId(id) {
      const path = resolve(id)
      return byFile.has(path) ? path : null
    },
    load(id) {
      const name = byFile.get(id)
      return name ? html(name) : null
    },
    generateBundle() {
      for (const name of names) {
        const fileName = `${name === 'residents' ? 'manifest' : name}.webmanifest`
        this.emitFile({ type: 'asset', fileName, source: JSON.stringify(manifest(name)) })
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0]
        const name = names.find((one) => path === (one === 'residents' ? '/' : `/${one}`))
        if (!name || !request.headers.accept?.includes('text/html')) return next()
        void server.transformIndexHtml(path!, html(name)).then((page) => response.setHeader('Content-Type', 'text/html').end(page))
      })
    },
  }
}
