/* What opens without a network: the residents' page itself, the area, and the map that was looked at.
   Nothing of any person is ever kept here: their trips and tickets are in the page's own storage, and signing out
   empties it. So what this worker answers is the same for everybody at this browser. */
const SHELL = __SHELL__
const KEPT = 'shell-__VERSION__'
const MAP = 'map-1'
const MAP_MOST = 400
const WAIT_MS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(SHELL))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  const old = (name) => name !== KEPT && name !== MAP
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  const path = url.pathname
  if (request.mode === 'navigate') {
    if (path === '/') event.respondWith(fresh(request, '/'))
  } else if (path.startsWith('/assets/')) event.respondWith(kept(request, KEPT))
  else if (path === '/v1/area') event.respondWith(fresh(request, path))
  else if (path.startsWith('/v1/tiles/')) event.respondWith(kept(request, MAP))
  else if (SHELL.includes(path)) event.respondWith(fresh(request, path))
})

/** The network's answer if it comes in time; else the one that was kept. */
async function fresh(request, key) {
  const cache = await caches.open(KEPT)
  try {
    const answer = await within(fetch(request))
    if (answer.ok) await cache.put(key, answer.clone())
    return answer
  } catch (error) {
    const last = await cache.match(key)
    if (last) return last
    throw error
  }
}

/** What was kept; files under these names never change. */
async function kept(request, name) {
  const cache = await caches.open(name)
  const last = await cache.match(request)
  if (last) return last
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    if (name === MAP) await shorten(cache)
  }
  return answer
}

async function shorten(cache) {
  const keys = await cache.keys()
  for (const key of keys.slice(0, Math.max(0, keys.length - MAP_MOST))) await cache.delete(key)
}

function within(asked) {
  const late = new Promise((_, fail) => setTimeout(() => fail(new TypeError('no answer in time')), WAIT_MS))
  return Promise.race([asked, late])
}

/* Told before one asks. A message was sealed for this browser alone; it is shown, and pressing it opens the trip. */
self.addEventListener('push', (event) => {
  const told = event.data ? event.data.json() : {}
  if (!told.title) return
  const { body = '', tag = '', url = '/' } = told
  event.waitUntil(self.registration.showNotification(told.title, { body, tag, renotify: tag !== '', icon: '/icon-192.png', badge: '/icon-192.png', data: { url } }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const wanted = new URL(event.notification.data?.url ?? '/', location.origin)
  if (wanted.origin === location.origin) event.waitUntil(show(wanted.href))
})

/** The residents' page that is open goes there; else a new one does. */
async function show(href) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const ours = pages.find((page) => new URL(page.url).pathname === '/')
  if (!ours) return self.clients.openWindow(href)
  await ours.navigate(href)
  return ours.focus()
}
