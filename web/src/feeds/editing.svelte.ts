import { status } from '../lib/shell/status.svelte'
import { clerk } from './clerk.svelte'
import { Conflict, put, read, remove, type Content, type Difference, type Doc, type Kind } from './documents'
import { words } from './words'

/** One document on somebody's desk: saved over the state that was read, and a conflict is shown, not lost. */
export class Desk {
  busy = $state(false)
  differences = $state.raw<Difference[] | null>(null)
  #waiting: (() => Promise<void>) | null = null

  constructor(
    readonly kind: Kind,
    /** Hears what stands in the draft now; null: it was removed. */
    private readonly settled: (key: string, doc: Doc | null) => void,
  ) {}

  /** Save; `tag` null: it is new. */
  async save(key: string, content: Content, tag: string | null): Promise<boolean> {
    return this.#try(
      async (seen) => {
        this.#settle(key, await put(clerk.at, this.kind, key, content, seen))
        status.say(words.t.saved)
      },
      key,
      tag,
    )
  }

  async remove(key: string, tag: string): Promise<boolean> {
    return this.#try(
      async (seen) => {
        await remove(clerk.at, this.kind, key, seen ?? tag)
        this.#settle(key, null)
        status.say(words.t.removed)
      },
      key,
      tag,
    )
  }

  /** After a conflict: mine over it. */
  async mine() {
    this.differences = null
    await this.#waiting?.()
  }

  /** After a conflict: what stands there. */
  async theirs(key: string) {
    this.differences = null
    try {
      this.#settle(key, await read(clerk.at, this.kind, key))
    } catch (error) {
      status.trouble(error)
    }
  }

  #settle(key: string, doc: Doc | null) {
    clerk.unsaved = false
    this.settled(key, doc)
  }

  async #try(work: (tag: string | null) => Promise<void>, key: string, tag: string | null): Promise<boolean> {
    this.busy = true
    try {
      await work(tag)
      return true
    } catch (error) {
      if (error instanceof Conflict) {
        this.differences = error.differences
        this.#waiting = async () => {
          const now = await read(clerk.at, this.kind, key).catch(() => null)
          await this.#try(work, key, now?.tag ?? null)
        }
      } else status.trouble(error)
      return false
    } finally {
      this.busy = false
    }
  }
}
