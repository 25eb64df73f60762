import { start } from '../lib/shell/start'
import App from './App.svelte'
import './words'

void start(App)
