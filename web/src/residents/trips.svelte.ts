import { http, told, type Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import type { Bundle } from './booking'

export type Ticket = Schemas['TicketView']
export type Ride = Schemas['RideView']

interface Kept {
  bundles: Bundle[]
  tickets: Record<string, Ticket[]>
  codes: Record<string, string>
}

const KEY = 'maas.trips'
const NOTHING: Kept = { bundles: [], tickets: {}, codes: {} }
const MOST = 20

function kept(): Kept {
  try {
    return { ...NOTHING, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>) }
  } catch {
    return NOTHING
  }
}

/** What somebody has booked. The last ones and their tickets are kept here, so that a gate without a network opens. */
class Trips {
  bundles = $state.raw<Bundle[]>([])
  tickets = $state.raw<Record<string, Ticket[]>>({})
  codes = $state.raw<Record<string, string>>({}) // ticket -> SVG of its QR code
  offline = $state(false)
  /** Where the vehicle and the stop of a ride under way are, for the map. */
  marks = $state.raw<{ lat: number; lon: number; role: 'from' | 'to' | 'vehicle' }[]>([])

  constructor() {
    const last = kept()
    this.bundles = last.bundles
    this.tickets = last.tickets
    this.codes = last.codes
  }

  of(id: string): Bundle | undefined {
    return this.bundles.find((bundle) => bundle.id === id)
  }

  async load() {
    try {
      const found = await told(http.GET('/v1/bundles', { params: { query: { lang: prefs.tag } } }))
      this.bundles = found.bundles
      this.offline = false
      this.#keep()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.offline = true // no network: what was seen last
    }
  }

  async look(id: string): Promise<Bundle | undefined> {
    try {
      const params = { path: { bundle_id: id }, query: { lang: prefs.tag } }
      this.take(await told(http.GET('/v1/bundles/{bundle_id}', { params })))
      this.offline = false
      await this.#lookAtTickets(id)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.offline = true
    }
    return this.of(id)
  }

  take(bundle: Bundle) {
    const others = this.bundles.filter((one) => one.id !== bundle.id)
    this.bundles = [bundle, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at))
    this.#keep()
  }

  /** Nothing of one person is left for the next one at this browser. */
  forget() {
    this.bundles = []
    this.tickets = {}
    this.codes = {}
    this.marks = []
    localStorage.removeItem(KEY)
  }

  async #lookAtTickets(id: string) {
    if (!['confirmed', 'completed'].includes(this.of(id)?.state ?? '')) return
    const query = { bundle_id: id, lang: prefs.tag }
    const found = await told(http.GET('/v1/tickets', { params: { query } }))
    const good = found.filter((ticket) => !ticket.revoked) // one that another stands for opens no door
    this.tickets = { ...this.tickets, [id]: good }
    for (const ticket of good) {
      if (this.codes[ticket.id]) continue
      const answer = await fetch(ticket.code_url)
      if (answer.ok) this.codes = { ...this.codes, [ticket.id]: await answer.text() }
    }
    this.#keep()
  }

  #keep() {
    const bundles = this.bundles.slice(0, MOST)
    const tickets = Object.fromEntries(bundles.map((bundle) => [bundle.id, this.tickets[bundle.id] ?? []]))
    const ids = Object.values(tickets).flat().map((ticket) => ticket.id)
    const codes = Object.fromEntries(ids.map((id) => [id, this.codes[id] ?? '']).filter(([, code]) => code))
    localStorage.setItem(KEY, JSON.stringify({ bundles, tickets, codes } satisfies Kept))
  }
}

export const trips = new Trips()
