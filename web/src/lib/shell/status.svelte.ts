import { ProblemError } from '../api/client'
import { common } from '../i18n/common'

export interface Said {
  id: number
  text: string
  kind: 'news' | 'trouble'
}

const SHOWN_MS = 8000

/** What the page tells in passing; `Toasts` shows it and screen readers read it. */
class Status {
  said = $state<Said[]>([])
  #count = 0

  say(text: string, kind: Said['kind'] = 'news') {
    const id = ++this.#count
    this.said = [...this.said.slice(-2), { id, text, kind }]
    if (kind === 'news') setTimeout(() => this.drop(id), SHOWN_MS) // trouble stays until it is closed
  }

  drop(id: number) {
    this.said = this.said.filter((one) => one.id !== id)
  }

  /** What went wrong, in the server's words or that there is no network. */
  trouble(error: unknown) {
    this.say(troubleText(error), 'trouble')
  }
}

export function troubleText(error: unknown): string {
  return error instanceof ProblemError ? error.message : common.t.errorNet
}

export const status = new Status()
