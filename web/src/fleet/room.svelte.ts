import { http, told, type AreaView, type Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import { status } from '../lib/shell/status.svelte'
import { followPositions, Positions } from './positions'
import { words } from './words'

export type Vehicle = Schemas['VehicleView']
export type Alarm = Schemas['AlarmView']
export type Ride = Schemas['RideView']
export type Tab = 'alarms' | 'vehicles' | 'plans' | 'rides' | 'conditions' | 'replay' | 'figures'

const ASK_MS = 3000
const MANY = 300 // beyond so many vehicles plans are asked for less often

/** What the control room knows: live positions by push, the rest asked for while its tab is open. */
class Room {
  area = $state.raw<AreaView | null>(null)
  service = $state.raw<Schemas['ServiceView'] | null>(null)
  supervisors = $state.raw<Schemas['SupervisorView'][]>([])
  alarms = $state.raw<Alarm[]>([])
  vehicles = $state.raw<Vehicle[]>([])
  rides = $state.raw<Ride[]>([])
  breaches = $state.raw<Schemas['BreachView'][]>([])
  figures = $state.raw<Schemas['FiguresView'] | null>(null)
  conditions = $state.raw<Schemas['ConditionsView'] | null>(null)
  me = $state(localStorage.getItem('maas.supervisor') ?? '')
  tab = $state<Tab>('alarms')
  chosen = $state<string | null>(null)
  connected = $state(true)
  /** Grows with each frame; the positions themselves are columns that nothing observes. */
  frame = $state(0)
  /** Positions of a day that is being replayed, instead of those of now. */
  replayed = $state.raw<Positions | null>(null)
  /** A place that was clicked on the map, for whoever asked for one. */
  picked = $state.raw<{ lat: number; lon: number } | null>(null)
  readonly live = new Positions()
  #stops = new Map<string, string>()

  async open() {
    const [area, service] = await Promise.all([
      told(http.GET('/v1/area')),
      told(http.GET('/v1/shuttle', { params: { query: { lang: prefs.tag } } })),
    ])
    this.area = area
    this.service = service
    this.#stops = new Map(service.stops.map((stop) => [stop.id, stop.name]))
    this.supervisors = await told(http.GET('/v1/fleet/supervisors'))
    if (!this.supervisors.some((s) => s.id === this.me)) this.be(this.supervisors[0]?.id ?? '')
    this.conditions = await told(http.GET('/v1/fleet/conditions'))
  }

  /** Follow positions and ask for what the open tab shows, until the returned function is called. */
  watch(): () => void {
    const leave = followPositions(this.live, () => this.frame++, (yes) => (this.connected = yes))
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const again = async () => {
      if (!document.hidden) await this.ask().catch((error) => status.trouble(error))
      const slow = this.tab === 'plans' && this.live.ids.length > MANY
      if (!gone) timer = setTimeout(again, slow ? 5 * ASK_MS : ASK_MS)
    }
    void again()
    return () => {
      gone = true
      clearTimeout(timer)
      leave()
    }
  }

  async ask() {
    this.alarms = await told(http.GET('/v1/fleet/alarms'))
    if (this.tab === 'plans') this.vehicles = await told(http.GET('/v1/fleet/vehicles'))
    if (this.tab === 'rides') {
      this.rides = await told(http.GET('/v1/fleet/rides', { params: { query: { limit: 500 } } }))
      this.breaches = await told(http.GET('/v1/fleet/breaches'))
    }
    if (this.tab === 'figures') this.figures = await told(http.GET('/v1/fleet/figures'))
  }

  be(supervisor: string) {
    this.me = supervisor
    localStorage.setItem('maas.supervisor', supervisor)
  }

  stop(id: string): string {
    return this.#stops.get(id) ?? id
  }

  /** Do something, tell that it was done or why not, and look again. */
  async act(what: string, doing: () => Promise<unknown>): Promise<boolean> {
    try {
      await doing()
      status.say(words.t.done(what))
      await this.ask()
      return true
    } catch (error) {
      status.trouble(error)
      return false
    }
  }
}

export const room = new Room()
