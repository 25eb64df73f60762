import { http, told, type AreaView, type Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import type { Draft } from './documents'

export type Feed = Schemas['FeedView']
export type Version = Schemas['VersionView']
export type Release = Schemas['ReleaseView']
export type DraftView = Schemas['DraftView']
export type Tab = 'versions' | 'report' | 'edit' | 'publish' | 'history' | 'live'
export type Part = 'stops' | 'times' | 'sheet' | 'other' | 'changes'

export const TABS: Tab[] = ['versions', 'report', 'edit', 'publish', 'history', 'live']
export const PARTS: Part[] = ['stops', 'times', 'sheet', 'other', 'changes']

/** What the publisher is looking at; the address holds it, so that it can be sent to a colleague. */
class Clerk {
  area = $state.raw<AreaView | null>(null)
  feeds = $state.raw<Feed[] | null>(null)
  feedId = $state('')
  versions = $state.raw<Version[]>([])
  releases = $state.raw<Release[]>([])
  drafts = $state.raw<DraftView[]>([])
  draftId = $state('')
  tab = $state<Tab>('versions')
  part = $state<Part>('stops')
  /** The version that report and publish are about; 0: the latest. */
  wished = $state(0)
  /** Whether the editor holds something that was not saved. */
  unsaved = $state(false)

  feed = $derived(this.feeds?.find((one) => one.id === this.feedId) ?? null)
  live = $derived(this.releases.find((one) => one.state === 'live') ?? null)
  planned = $derived(this.releases.filter((one) => one.state === 'scheduled'))
  number = $derived(this.versions.find((one) => one.number === this.wished)?.number ?? this.versions[0]?.number ?? 0)
  open = $derived(this.drafts.filter((one) => one.state === 'open'))
  draft = $derived(this.open.find((one) => one.id === this.draftId) ?? null)

  get lang(): 'ja' | 'en' {
    return prefs.tag === 'ja' ? 'ja' : 'en'
  }

  get zone(): string {
    return this.area?.timezone ?? 'Asia/Tokyo'
  }

  /** Where documents of the draft are. */
  get at(): Draft {
    return { feed: this.feedId, id: this.draftId }
  }

  constructor() {
    const link = new URLSearchParams(location.search)
    this.feedId = link.get('feed') ?? ''
    this.draftId = link.get('draft') ?? ''
    this.wished = Number(link.get('version')) || 0
    this.tab = TABS.find((one) => one === link.get('tab')) ?? 'versions'
    this.part = PARTS.find((one) => one === link.get('part')) ?? 'stops'
  }

  async load() {
    const [area, feeds] = await Promise.all([told(http.GET('/v1/area')), told(http.GET('/v1/feeds'))])
    this.area = area
    if (!feeds.some((one) => one.id === this.feedId)) this.feedId = feeds[0]?.id ?? ''
    if (this.feedId) await this.refresh()
    this.feeds = feeds
  }

  async choose(feedId: string) {
    this.feedId = feedId
    this.draftId = ''
    this.wished = 0
    await this.refresh()
  }

  /** Versions, releases and drafts as they are now. */
  async refresh() {
    const params = { path: { feed_id: this.feedId } }
    const [versions, releases, drafts] = await Promise.all([
      told(http.GET('/v1/feeds/{feed_id}/versions', { params })),
      told(http.GET('/v1/feeds/{feed_id}/releases', { params })),
      told(http.GET('/v1/feeds/{feed_id}/drafts', { params })),
    ])
    this.versions = versions
    this.releases = releases
    this.drafts = drafts
    if (!this.draft) this.draftId = this.open[0]?.id ?? ''
  }

  /** The question part of this page's address. */
  address(): string {
    const kept = new URLSearchParams({ feed: this.feedId, tab: this.tab })
    if (this.tab === 'edit') kept.set('part', this.part)
    if (this.tab === 'edit' && this.draftId) kept.set('draft', this.draftId)
    if (this.wished && (this.tab === 'report' || this.tab === 'publish')) kept.set('version', String(this.wished))
    return `?${kept}`
  }

  show(tab: Tab, version = 0) {
    this.tab = tab
    this.wished = version
  }
}

export const clerk = new Clerk()
