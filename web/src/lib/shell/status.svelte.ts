import { ProblemError } from '../api/client'
import { common } from '../i18n/common'
import { prefs } from './prefs.svelte'

export interface Said {
  id: number
  text: string
  kind: 'news' | 'trouble'
}

const SHOWN_MS = 8000

/** What the page tells in passing; `Toasts` shows it and screen readers read it. */
class Status {
  said = $state<Said[]>([])
  /** On the pages of staff what the server says is told besides, in whichever language it is. */
  detailed = false
  #count = 0

  say(text: string, kind: Said['kind'] = 'news') {
    const id = ++this.#count
    this.said = [...this.said.slice(-2), { id, text, kind }]
    if (kind === 'news') setTimeout(() => this.drop(id), SHOWN_MS) // trouble stays until it is closed
  }

  drop(id: number) {
    this.said = this.said.filter((one) => one.id !== id)
  }

  /** What went wrong, in words. */
  trouble(error: unknown) {
    this.say(troubleText(error), 'trouble')
  }
}

/** Two words of English after each other: the server's own words for what is wrong. */
const ENGLISH = /[A-Za-z]{2,}[’']?[a-z]* [a-z]{2,}/

/** Their words name fields, codes and ids. */
const FOR_PROGRAMS = ['part-refused', 'malformed', 'invalid', 'not-bookable']

/** What went wrong in the page's language; the server's own words where they are in it, or say more to staff. */
export function troubleText(error: unknown): string {
  if (!(error instanceof ProblemError)) return common.t.errorNet
  const said = error.message
  const plain = prefs.tag === 'en' ? status.detailed || !FOR_PROGRAMS.includes(error.slug) : !ENGLISH.test(said)
  if (said && plain) return said
  const words = common.t.problems[error.slug] ?? statusText(error.status)
  return said && status.detailed ? `${words} (${said})` : words
}

export function statusText(code: number): string {
  return common.t.statuses[code] ?? common.t.statuses[code >= 500 ? 500 : 400] ?? common.t.errorNet
}

export const status = new Status()
