import type { Schemas } from '../api/client'
import { troubleText } from '../shell/status.svelte'

export type VoiceCall = Schemas['VoiceCallView']
export type Side = 'rider' | 'supervisor'
/** How the two browsers find each other; the sound goes from one to the other and nowhere else. */
export interface Line {
  look: () => Promise<VoiceCall | null>
  begin: (offer: string) => Promise<VoiceCall>
  answer: (answer: string) => Promise<VoiceCall>
  end: () => Promise<unknown>
}
/** What can go wrong with a call, as the catalogue names it. */
export type Trouble = 'denied' | 'noMicrophone' | 'noLine'

const IDLE_MS = 3000
const HIDDEN_MS = 9000
const BUSY_MS = 1000
const GATHER_MS = 2000
const CONNECT_MS = 15_000

/** One side of a call by voice. The microphone is asked for when its owner calls or accepts, never before. */
export class Voice {
  state = $state<'idle' | 'starting' | 'calling' | 'rung' | 'speaking'>('idle')
  connected = $state(false)
  muted = $state(false)
  ended = $state(false)
  trouble = $state<Trouble | null>(null)
  problem = $state('')
  sound = $state.raw<MediaStream | null>(null)
  readonly possible = typeof RTCPeerConnection !== 'undefined' && Boolean(navigator.mediaDevices)
  #call: VoiceCall | null = null
  #peer: RTCPeerConnection | null = null
  #microphone: MediaStream | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #gone = false

  constructor(
    readonly me: Side,
    readonly line: Line,
  ) {}

  /** Listen for calls until the returned function is called, which hangs up. */
  watch(): () => void {
    const again = async () => {
      await this.#look().catch(() => undefined)
      // Who has put the page away is still rung, if less soon: the ride lasts minutes.
      const wait = this.state !== 'idle' ? BUSY_MS : document.hidden ? HIDDEN_MS : IDLE_MS
      if (!this.#gone) this.#timer = setTimeout(again, wait)
    }
    void again()
    return () => {
      this.#gone = true
      clearTimeout(this.#timer)
      if (this.state === 'calling' || this.state === 'speaking') void this.line.end().catch(() => undefined)
      this.#close()
    }
  }

  call = () =>
    this.#start(async (peer) => {
      await peer.setLocalDescription()
      this.#call = await this.line.begin(await gathered(peer))
      this.state = 'calling'
    })

  accept = () =>
    this.#start(async (peer) => {
      await peer.setRemoteDescription({ type: 'offer', sdp: this.#call?.offer ?? '' })
      await peer.setLocalDescription()
      this.#call = await this.line.answer(await gathered(peer))
      this.#speak()
    })

  /** End, call off or decline. */
  hangUp = async () => {
    this.#close()
    await this.line.end().catch((error) => (this.problem = troubleText(error)))
  }

  mute(muted: boolean) {
    this.muted = muted
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !muted
  }

  async #start(go: (peer: RTCPeerConnection) => Promise<void>) {
    if (this.state !== 'idle' && this.state !== 'rung') return
    this.state = 'starting'
    this.ended = false
    this.trouble = null
    this.problem = ''
    try {
      this.#microphone = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
      // No outside server helps the two find each other: both must be in networks that reach one another.
      const peer = (this.#peer = new RTCPeerConnection({ iceServers: [] }))
      for (const track of this.#microphone.getTracks()) peer.addTrack(track, this.#microphone)
      peer.ontrack = (event) => (this.sound = event.streams[0] ?? new MediaStream([event.track]))
      peer.onconnectionstatechange = () => this.#changed(peer)
      await go(peer)
    } catch (error) {
      this.#close()
      if (error instanceof DOMException) this.trouble = error.name === 'NotAllowedError' ? 'denied' : 'noMicrophone'
      else this.problem = troubleText(error)
    }
  }

  async #look() {
    if (this.state === 'starting') return
    const call = await this.line.look()
    if (this.#gone || this.#busy()) return
    if (this.state === 'idle' || this.state === 'rung') {
      const rings = call !== null && !call.answer && call.caller !== this.me
      this.#call = rings ? call : null
      this.state = rings ? 'rung' : 'idle'
    } else if (call === null || call.number !== this.#call?.number) {
      this.#close()
      this.ended = true
    } else if (this.state === 'calling' && call.answer) {
      this.#speak()
      await this.#peer?.setRemoteDescription({ type: 'answer', sdp: call.answer })
    }
  }

  /** The state may have become another one while the server was asked. */
  #busy(): boolean {
    return this.state === 'starting'
  }

  #speak() {
    this.state = 'speaking'
    const peer = this.#peer
    setTimeout(() => peer && peer === this.#peer && !this.connected && this.#lost(), CONNECT_MS)
  }

  #changed(peer: RTCPeerConnection) {
    if (peer !== this.#peer) return
    this.connected = peer.connectionState === 'connected'
    if (peer.connectionState === 'failed') this.#lost()
  }

  #lost() {
    void this.hangUp()
    this.trouble = 'noLine'
  }

  #close() {
    this.#peer?.close()
    for (const track of this.#microphone?.getTracks() ?? []) track.stop()
    this.#peer = this.#microphone = this.#call = this.sound = null
    this.connected = this.muted = false
    this.state = 'idle'
  }
}

/** The description with all its candidates: those of this machine are there at once. */
async function gathered(peer: RTCPeerConnection): Promise<string> {
  const done = new Promise<void>((resolve) => {
    const look = () => peer.iceGatheringState === 'complete' && resolve()
    peer.onicegatheringstatechange = look
    look()
  })
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, GATHER_MS))])
  return peer.localDescription?.sdp ?? ''
}
