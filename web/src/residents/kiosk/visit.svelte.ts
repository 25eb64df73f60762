import { http, told, type AreaView, type JourneyView } from '../../lib/api/client'
import { speak } from '../../lib/i18n/words.svelte'
import { isLanguage, languageNames, type Language } from '../../lib/i18n/languages'
import { prefs } from '../../lib/shell/prefs.svelte'
import { apart, fromLink, toLink, toRequest, type End } from '../end'
import { favourites } from '../favourites.svelte'
import { ALONE, counted, isSame, partyOf, ridersToLink, type Riders } from '../party'

export type Screen = 'home' | 'from' | 'letters' | 'ways' | 'way'

const MOST_TILES = 14
const MOST_WAYS = 4
const CHOICES = 6
/** Nobody asks the way to where they stand. */
const HERE_M = 150
const link = new URLSearchParams(location.search)

/** One person's visit to the screen in the hall or on the television: nothing of it outlives it. */
class Visit {
  screen = $state<Screen>('home')
  /** Where this screen stands, if its link says so. */
  readonly #here: End | null = fromLink(link.get('from'))
  from = $state.raw<End | null>(this.#here)
  to = $state.raw<End | null>(null)
  places = $state.raw<End[]>([])
  ways = $state.raw<JourneyView[]>([])
  chosen = $state.raw<JourneyView | null>(null)
  /** What is asked once: who can be counted, and what they are called. */
  area = $state.raw<AreaView | null>(null)
  /** Who goes; fares are of all of them. */
  riders = $state.raw<Riders>(ALONE)
  searching = $state(false)
  failed = $state(false)
  /** Which end the letters are typed for. */
  naming = $state<'from' | 'to'>('to')
  readonly #start: Language = prefs.language
  #turn = 0

  /** Nobody has begun anything: there is nothing to forget. */
  get untouched(): boolean {
    return this.screen === (this.#here ? 'home' : 'from') && this.from === this.#here && this.to === null && prefs.language === this.#start
  }

  /** Places that need no letters: favourites kept in this browser, then where the shuttles stop. */
  async open() {
    if (!this.area) void told(http.GET('/v1/area')).then((area) => (this.area = area), () => undefined) // without it adults and children are counted
    const stops = await told(http.GET('/v1/shuttle', { params: { query: { lang: prefs.tag } } })).then((found) => found.stops, () => [])
    const ends = stops.map(({ name, lat, lon }) => ({ name, lat, lon, placeId: null }))
    this.places = [...favourites.all, ...ends]
    if (!this.from) this.screen = 'from'
  }

  /** What the tiles offer: to begin from, or to go to. */
  get tiles(): End[] {
    const from = this.screen === 'from' ? null : this.from
    return this.places.filter((one) => !from || apart(one, from) > HERE_M).slice(0, MOST_TILES)
  }

  async find(q: string): Promise<End[]> {
    if (!q) return []
    const found = await told(http.GET('/v1/places', { params: { query: { q, lang: prefs.tag, limit: CHOICES } } }))
    return found.places.map(({ id, kind, name, lat, lon }) => ({ name, lat, lon, placeId: kind === 'coordinate' ? null : id }))
  }

  async choose(end: End) {
    if (this.screen === 'from' || (this.screen === 'letters' && this.naming === 'from')) {
      this.from = end
      this.screen = 'home'
      return
    }
    this.to = end
    this.screen = 'ways'
    await this.search()
  }

  async search() {
    if (!this.from || !this.to) return
    const turn = ++this.#turn
    this.searching = true
    this.failed = false
    this.ways = []
    const body = { from: toRequest(this.from), to: toRequest(this.to), lang: prefs.tag, count: MOST_WAYS, party: this.#party }
    const found = await told(http.POST('/v1/journeys', { body })).then((answer) => answer.journeys, () => null)
    if (turn !== this.#turn) return
    this.failed = found === null
    this.ways = (found ?? []).slice(0, MOST_WAYS)
    this.searching = false
  }

  /** One more or one fewer of a kind goes: seats and fares are other ones. */
  async go(kind: string, count: number) {
    const before = this.riders
    this.riders = counted(before, kind, count)
    if (!isSame(before, this.riders)) await this.search()
  }

  get #party() {
    const { adults, children, categories } = partyOf(this.riders)
    return { adults, ...(children ? { children } : {}), ...(Object.keys(categories ?? {}).length ? { categories } : {}) }
  }

  back() {
    if (this.screen === 'way') this.screen = 'ways'
    else if (this.screen === 'letters' && this.naming === 'from') this.screen = 'from'
    else if (this.screen === 'from' && this.from) this.screen = 'home'
    else if (this.screen !== 'from') this.screen = 'home'
  }

  /** The next one starts from nothing: places, ways, letters and language are forgotten. */
  async forget() {
    ++this.#turn
    this.from = this.#here
    this.to = this.chosen = null
    this.ways = []
    this.riders = ALONE
    this.searching = this.failed = false
    this.screen = this.#here ? 'home' : 'from'
    if (prefs.language !== this.#start) await this.speak(this.#start)
  }

  /** In this visit only: the language of the screen itself stays as its owner set it. */
  async speak(language: string) {
    if (!isLanguage(language)) return
    await speak(language)
    prefs.language = language
    document.documentElement.lang = prefs.tag
    await this.open()
    if (this.screen === 'ways' || this.screen === 'way') {
      this.screen = 'ways'
      await this.search()
    }
  }

  get languages() {
    return Object.entries(languageNames)
  }

  /** Opens the same question on a phone, at the time of the way that was looked at. */
  get phoneLink(): string {
    const query = new URLSearchParams({ lang: prefs.language, when: 'depart' })
    if (this.from) query.set('from', toLink(this.from))
    if (this.to) query.set('to', toLink(this.to))
    ridersToLink(this.riders, query)
    if (this.chosen) {
      query.set('at', this.chosen.departure.slice(0, 16))
      query.set('journey', this.chosen.id)
    }
    return `/?${query}`
  }
}

export const visit = new Visit()
