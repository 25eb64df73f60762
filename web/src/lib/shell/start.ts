import { mount, type Component } from 'svelte'
import '../../app.css'
import '../i18n/common'
import { speak } from '../i18n/words.svelte'
import { prefs } from './prefs.svelte'

/** Draw a console once its words are there: nothing is ever shown in the wrong language. */
export async function start(app: Component): Promise<void> {
  await speak(prefs.language)
  const target = document.getElementById('app')
  if (!target) return
  target.replaceChildren()
  mount(app, { target })
}
