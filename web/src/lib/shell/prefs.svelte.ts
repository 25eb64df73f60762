import { speak } from '../i18n/words.svelte'
import { firstLanguage, isLanguage, tagOf, type Language } from '../i18n/languages'

export type Theme = 'auto' | 'light' | 'dark'
export type TextSize = 'normal' | 'large' | 'largest'

interface Kept {
  language?: string
  theme?: Theme
  text?: TextSize
  calm?: boolean
  simple?: boolean
}

const KEY = 'maas.prefs'
const night = matchMedia('(prefers-color-scheme: dark)')
const calmDevice = matchMedia('(prefers-reduced-motion: reduce)')

function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept
  } catch {
    return {} // somebody's old or broken note is no reason to show nothing
  }
}

/** How this person likes the pages; kept in this browser, shared by all consoles. */
class Prefs {
  language = $state<Language>('ja')
  theme = $state<Theme>('auto')
  text = $state<TextSize>('normal')
  calmWished = $state(false)
  /** Large type, and only what most people need: for the residents' page. */
  simple = $state(false)
  #night = $state(night.matches)
  #calm = $state(calmDevice.matches)

  constructor() {
    const last = kept()
    const link = new URLSearchParams(location.search)
    this.language = firstLanguage(link.get('lang'), last.language ?? null)
    this.theme = last.theme ?? 'auto'
    this.text = link.get('text') === 'large' ? 'large' : (last.text ?? 'normal')
    this.calmWished = last.calm ?? false
    this.simple = link.get('mode') === 'simple' || (last.simple ?? false)
    night.addEventListener('change', () => (this.#night = night.matches))
    calmDevice.addEventListener('change', () => (this.#calm = calmDevice.matches))
    if (link.has('lang') || link.get('mode') === 'simple') this.keep() // pages that lead back here (payment, sign-in) come back without it
    this.#show()
  }

  get dark() {
    return this.theme === 'dark' || (this.theme === 'auto' && this.#night)
  }

  get calm() {
    return this.calmWished || this.#calm
  }

  /** The tag that the API and `Intl` understand. */
  get tag() {
    return tagOf(this.language)
  }

  async speak(language: string) {
    if (!isLanguage(language)) return
    await speak(language)
    this.language = language
    this.keep()
  }

  keep() {
    const now: Kept = { language: this.language, theme: this.theme, text: this.text, calm: this.calmWished, simple: this.simple }
    localStorage.setItem(KEY, JSON.stringify(now))
    this.#show()
  }

  simplify(simple: boolean) {
    this.simple = simple
    this.keep()
  }

  #show() {
    const page = document.documentElement
    page.lang = this.tag
    page.dataset.theme = this.theme
    page.dataset.text = this.text
    page.dataset.simple = String(this.simple)
    page.dataset.calm = String(this.calmWished)
  }
}

export const prefs = new Prefs()
