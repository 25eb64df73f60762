import { http, ProblemError, told, type AreaView, type JourneyView, type Schemas } from '../lib/api/client'
import { LINES, lines } from '../lib/api/lines'
import type { paths } from '../lib/api/schema'
import { localMinute, shifted } from '../lib/format'
import { prefs } from '../lib/shell/prefs.svelte'
import { troubleText } from '../lib/shell/status.svelte'
import { Touch } from '../lib/ui/steady'
import { fromLink, toLink, toRequest, type End } from './end'
import { ALONE, knownIn, partyOf, ridersOfLink, ridersToLink, type Riders } from './party'
import { words } from './words'

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
/** A line of an answer that comes as it is found. */
type Line = paths['/v1/journeys']['post']['responses'][200]['content'][typeof LINES]
const WINDOW_S = 7200
const COUNT = 5
const GATHERED_MS = 120
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
  riders = $state.raw<Riders>(ALONE)
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
  /** What is shown answers the question that was asked last. */
  fresh = $state(false)
  problem = $state('')
  /** Fingers on the list of ways. */
  touch = new Touch()
  #turn = 0
  #stop = new AbortController()

  constructor() {
    const link = new URLSearchParams(location.search)
    this.from = fromLink(link.get('from'))
    this.to = fromLink(link.get('to'))
    this.via = fromLink(link.get('via'))
    this.withVia = this.via !== null
    const when = link.get('when')
    this.when = when === 'depart' || when === 'arrive' ? when : 'now'
    this.at = link.get('at') ?? ''
    this.riders = ridersOfLink(link)
    const needs = (link.get('needs') ?? (link.get('wheelchair') === '1' ? 'wheelchair' : '')).split(',')
    this.needs = NEEDS.filter((need) => needs.includes(need))
    this.window = link.get('window') === '1'
    const means = link.get('means')?.split(',')
    if (means) this.means = MEANS.filter((one) => means.includes(one))
  }

  /** The day that is asked about; a way of another one says so. */
  get day(): string {
    return (this.when === 'now' && this.area ? localMinute(new Date(), this.area.timezone) : this.at).slice(0, 10)
  }

  get party(): Schemas['PartyIn'] {
    return {
      ...partyOf(this.riders, this.needs.includes('wheelchair') ? 1 : 0),
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
    ridersToLink(this.riders, query)
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
    this.riders = knownIn(this.area, this.riders, words.t)
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

  /** Ask; each way is shown as soon as it is found, in the end all in their order. Another question ends this one. */
  async search() {
    if (!this.from || !this.to || !this.area) return
    const turn = ++this.#turn
    this.#stop.abort()
    this.#stop = new AbortController()
    this.problem = ''
    this.searching = true
    this.more = this.fresh = false
    this.chosen = null
    this.remember()
    try {
      const { signal } = this.#stop
      const body = this.#body()
      const stream = await told(http.POST('/v1/journeys', { body, signal, headers: { Accept: LINES }, parseAs: 'stream' }))
      let complete = false
      let waiting: JourneyView[] = []
      let timer = 0
      const show = async () => {
        timer = 0
        await this.touch.free()
        if (turn !== this.#turn || !this.searching) return
        this.#join(waiting)
        waiting = []
      }
      for await (const line of lines<Line>(stream as unknown as ReadableStream<Uint8Array>)) {
        if (turn !== this.#turn) return
        if ('problem' in line) throw new ProblemError(line.problem.detail, line.problem.status, line.problem.type)
        complete = line.stage === 'ranking'
        if (line.stage !== 'ranking') {
          waiting.push(...line.journeys)
          // The first at once; those that come soon after each other are drawn together.
          if (!this.fresh) await show()
          else timer ||= window.setTimeout(show, GATHERED_MS)
          continue
        }
        await this.touch.free()
        if (turn !== this.#turn) return
        this.#join(waiting)
        waiting = []
        this.#rank(line)
      }
      if (!complete) throw new TypeError('the answer broke off')
    } catch (error) {
      if (turn !== this.#turn) return
      this.journeys = []
      this.notes = []
      this.leftOut = []
      this.problem = troubleText(error)
    }
    this.more = false
    this.searching = false
    this.asked = this.fresh = true
  }

  /** Ways that were just found take their place by arrival. */
  #join(found: JourneyView[]) {
    if (!found.length) return
    const before = this.fresh ? this.journeys : []
    const fresh = found.filter((one) => !before.some((other) => other.id === one.id))
    if (!this.fresh) this.notes = this.leftOut = []
    this.journeys = [...before, ...fresh].sort(
      (a, b) => Date.parse(a.arrival) - Date.parse(b.arrival) || a.interchanges - b.interchanges || Date.parse(a.departure) - Date.parse(b.departure),
    )
    this.asked = this.fresh = this.more = true
  }

  /** All are there: their order, and what each is best at. */
  #rank(line: Extract<Line, { ranking: unknown }>) {
    const found = new Map((this.fresh ? this.journeys : []).map((one) => [one.id, one]))
    this.journeys = line.ranking.flatMap(({ id, best_at }) => {
      const one = found.get(id)
      return one ? [{ ...one, best_at }] : []
    })
    this.notes = line.notes ?? []
    this.leftOut = line.excluded ?? []
  }

  #body(): Schemas['JourneysRequest'] {
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
      best: !this.withVia ? ['cheapest', 'least_walking', 'greenest'] : [],
      ...(this.needs.includes('slow') ? SLOW : {}),
      ...(this.withVia && this.via ? { via: [{ place: toRequest(this.via) }] } : {}),
      party: this.party,
      means: this.means,
      count: this.window ? 0 : COUNT,
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
