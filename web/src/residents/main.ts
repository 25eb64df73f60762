import { start } from '../lib/shell/start'
import App from './App.svelte'
import './words'

// The screen in the hall, or on the television, has a page of its own: arrow keys and OK.
if (new URLSearchParams(location.search).get('mode') === 'kiosk') void import('./kiosk/start').then((page) => start(page.default))
else void start(App)

// Without a network the page opens all the same; on a page that is being developed the worker would show old files.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined))
}
