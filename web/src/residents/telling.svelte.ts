import { http, told } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import { session } from '../lib/shell/session.svelte'

export type Refusal = 'none' | 'denied' | 'failed'

/** Whether this browser is told of its owner's trips, and the way in and out of that. */
class TellingHere {
  /** The words to agree to, by language; null until they are known. */
  text = $state.raw<Record<string, string> | null>(null)
  on = $state(false)
  busy = $state(false)
  refusal = $state<Refusal>('none')
  #version = ''
  #key = ''

  get possible() {
    return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  }

  async look() {
    if (!this.possible || !session.signedIn) return
    const found = await told(http.GET('/v1/push'))
    this.text = found.text
    this.#version = found.text_version
    this.#key = found.public_key
    const mine = await this.#subscription()
    const listed = await told(http.GET('/v1/me/push'))
    this.on = mine !== null && listed.devices.includes(await nameOf(mine.endpoint))
  }

  /** Only ever called by a press of the button: the browser asks its owner, too. */
  async allow() {
    await this.#attempt(async () => {
      if ((await Notification.requestPermission()) !== 'granted') return 'denied'
      const worker = await navigator.serviceWorker.ready
      const mine = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(this.#key) })
      const { endpoint, keys } = mine.toJSON()
      const body = { endpoint: endpoint ?? '', keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' }, language: prefs.tag, text_version: this.#version }
      await told(http.PUT('/v1/me/push', { body }))
      this.on = true
      return 'none'
    })
  }

  /** Told no more: the server forgets this device, the browser its address. */
  async stop() {
    await this.#attempt(async () => {
      const mine = await this.#subscription()
      if (mine) {
        await told(http.DELETE('/v1/me/push/{device}', { params: { path: { device: await nameOf(mine.endpoint) } } }))
        await mine.unsubscribe()
      }
      this.on = false
      return 'none'
    })
  }

  /** Before signing out, while we are still known. */
  async forget() {
    if (this.possible && (await this.#subscription())) await this.stop()
  }

  async #subscription(): Promise<PushSubscription | null> {
    const worker = await navigator.serviceWorker.getRegistration()
    return (await worker?.pushManager.getSubscription()) ?? null
  }

  async #attempt(doing: () => Promise<Refusal>) {
    this.busy = true
    this.refusal = await doing().catch(() => 'failed' as const)
    this.busy = false
  }
}

/** How the server calls a device: the SHA-256 of its address. */
async function nameOf(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export const telling = new TellingHere()
