import { start } from '../lib/shell/start'
import App from './App.svelte'
import './words'

void start(App)

// Without a network the page opens all the same; on a page that is being developed the worker would show old files.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined))
}
