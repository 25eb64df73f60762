import type { Language } from './languages'

/** One loader per language: a catalogue that lacks a word does not have the type M, and the build fails. */
export type Loaders<M> = Record<Language, () => Promise<{ default: M }>>

interface Loads {
  load(language: Language): Promise<void>
}

const all: Loads[] = []

/** The words of one console (or those that all share); only the language in use is ever fetched. */
export class Words<M> {
  t = $state.raw() as M
  readonly #loaders: Loaders<M>

  constructor(loaders: Loaders<M>) {
    this.#loaders = loaders
    all.push(this)
  }

  async load(language: Language) {
    this.t = (await this.#loaders[language]()).default
  }
}

/** Every catalogue of this page in a language; call it before the page is drawn. */
export async function speak(language: Language): Promise<void> {
  await Promise.all(all.map((words) => words.load(language)))
}
