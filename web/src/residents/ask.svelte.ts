import { http, told, type AreaView, type JourneyView, type Schemas } from '../lib/api/client'
import { localMinute, shifted } from '../lib/format'
import { prefs } from '../lib/shell/prefs.svelte'
import { troubleText } from '../lib/shell/status.svelte'
import { fromLink, toLink, toRequest, type End } from './end'

export type When = 'now' | 'depart' | 'arrive'
export type Need = 'wheelchair' | 'pram' | 'luggage' | 'slow' | 'few' | 'bicycle' | 'slack'
export type Means = Schemas['Means']

export const NEEDS: Need[] = ['wheelchair', 'pram', 'luggage', 'slow', 'few', 'slack', 'bicycle']
/** Those that an answer uses unless the rider says otherwise; a taxi is asked for. */
const USUAL: Means[] = ['transit', 'shuttle', 'device', 'cycle', 'flex']
export const MEANS: Means[] = [...USUAL, 'taxi']
const NAMED: Partial<Record<Need, Schemas['WayNeed'][]>> = {
  pram: ['pram'], luggage: ['luggage'], slow: ['few_steps'], few: ['few_changes'], bicycle: ['bicycle'],
}
const WINDOW_S = 7200
const SLOW = { walk_speed_m_s: 0.8, walk_max_s: 600 }

/** The question, its answers, and the link that holds both; the address of the page is its state. */
class Ask {
  area = $state.raw<AreaView | null>(null)
  from = $state.raw<End | null>(null)
  to = $state.raw<End | null>(null)
  via = $state.raw<End | null>(null)
  withVia = $state(false)
  when = $state<When>('now')
  at = $state('')
  people = $state(1)
  needs = $state<Need[]>([])
  means = $state<Means[]>([...USUAL])
  /** Every departure of some hours, not the best few. */
  window = $state(false)
  leftOut = $state.raw<Schemas['ExcludedView'][]>([])
  journeys = $state.raw<JourneyView[]>([])
  notes = $state.raw<string[]>([])
  chosen = $state.raw<JourneyView | null>(null)
  searching = $state(false)
  /** Some answers are there, others still come. */
  more = $state(false)
  asked = $state(false)
  problem = $state('')
  #turn = 0

  constructor() {
    const link = new URLSearchParams(location.search)
    this.from = fromLink(link.get('from'))
    this.to = fromLink(link.get('to'))
    this.via = fromLink(link.get('via'))
    this.withVia = this.via !== null
    const when = link.get('when')
    this.when = when === 'depart' || when === 'arrive' ? when : 'now'
    this.at = link.get('at') ?? ''
    this.people = Math.min(Math.max(Number(link.get('people')) || 1, 1), 8)
    const needs = (link.get('needs') ?? (link.get('wheelchair') === '1' ? 'wheelchair' : '')).split(',')
    this.needs = NEEDS.filter((need) => needs.includes(need))
    this.window = link.get('window') === '1'
    const means = link.get('means')?.split(',')
    if (means) this.means = MEANS.filter((one) => means.includes(one))
  }

  get party(): Schemas['PartyIn'] {
    const wheelchairs = this.needs.includes('wheelchair') ? 1 : 0
    return {
      adults: this.people - wheelchairs,
      wheelchairs,
      prams: this.needs.includes('pram') ? 1 : 0,
      luggage: this.needs.includes('luggage') ? 1 : 0,
    }
  }

  /** The parameters of the link; what has its usual value is left out. */
  link(): URLSearchParams {
    const query = new URLSearchParams({ lang: prefs.language, when: this.when })
    if (this.from) query.set('from', toLink(this.from))
    if (this.to) query.set('to', toLink(this.to))
    if (this.withVia && this.via) query.set('via', toLink(this.via))
    if (this.when !== 'now') query.set('at', this.at)
    if (this.people > 1) query.set('people', String(this.people))
    if (this.needs.length) query.set('needs', this.needs.join(','))
    if (this.means.join() !== USUAL.join()) query.set('means', this.means.join(','))
    if (this.window) query.set('window', '1')
    if (this.chosen) query.set('journey', this.chosen.id)
    return query
  }

  remember() {
    history.replaceState(null, '', `?${this.link()}`)
  }

  async open() {
    const wanted = new URLSearchParams(location.search).get('journey')
    this.area = await told(http.GET('/v1/area'))
    if (!this.at) this.at = localMinute(new Date(), this.area.timezone)
    if (!this.from || !this.to) return
    await this.search()
    const chosen = this.journeys.find((journey) => journey.id === wanted)
    if (chosen) this.choose(chosen)
  }

  choose(journey: JourneyView | null) {
    this.chosen = journey
    this.remember()
  }

  /** Ask; ways by timetable are shown as soon as they are there, the others join them. */
  async search() {
    if (!this.from || !this.to || !this.area) return
    const turn = ++this.#turn
    this.problem = ''
    this.searching = true
    this.chosen = null
    this.remember()
    const all = told(http.POST('/v1/journeys', { body: this.#body(this.means, 5) }))
    let complete = false
    if (this.means.includes('transit') && this.means.length > 1) {
      // The quick question is only worth showing while the whole one has no answer.
      told(http.POST('/v1/journeys', { body: this.#body(['transit'], 0) }))
        .then((quick) => {
          if (turn !== this.#turn || complete || !quick.journeys.length) return
          this.journeys = quick.journeys
          this.asked = this.more = true
        })
        .catch(() => undefined)
    }
    try {
      const answer = await all
      if (turn !== this.#turn) return
      this.journeys = answer.journeys
      this.notes = answer.notes ?? []
      this.leftOut = answer.excluded ?? []
    } catch (error) {
      if (turn !== this.#turn) return
      this.journeys = []
      this.notes = []
      this.leftOut = []
      this.problem = troubleText(error)
    }
    complete = true
    this.more = false
    this.searching = false
    this.asked = true
  }

  #body(means: Means[], count: number): Schemas['JourneysRequest'] {
    const from = this.from as End
    const to = this.to as End
    return {
      from: toRequest(from),
      to: toRequest(to),
      ...(this.when === 'now' ? {} : { at: `${this.at}:00` }),
      arrive_by: this.when === 'arrive',
      lang: prefs.tag,
      wheelchair: this.needs.includes('wheelchair'),
      needs: this.needs.flatMap((need) => NAMED[need] ?? []),
      interchange_slack_s: this.needs.includes('slack') ? 300 : 0,
      best: count > 0 && !this.withVia ? ['cheapest', 'least_walking', 'greenest'] : [],
      ...(this.needs.includes('slow') ? SLOW : {}),
      ...(this.withVia && this.via ? { via: [{ place: toRequest(this.via) }] } : {}),
      party: this.party,
      means,
      count: this.window ? 0 : count,
      window_s: this.window ? WINDOW_S : 0,
    }
  }

  move(minutes: number) {
    if (!this.area) return
    if (this.when === 'now') {
      this.when = 'depart'
      this.at = localMinute(new Date(), this.area.timezone)
    }
    this.at = shifted(this.at, minutes)
    return this.search()
  }

  /** Be there some minutes before an instant. */
  inTimeFor(instant: string, minutes = 10) {
    if (!this.area) return
    this.when = 'arrive'
    this.at = shifted(localMinute(new Date(instant), this.area.timezone), -minutes)
    return this.search()
  }

  swap() {
    ;[this.from, this.to] = [this.to, this.from]
  }
}

export const ask = new Ask()
