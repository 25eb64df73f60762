import Kiosk from './Kiosk.svelte'
import './words'

export default Kiosk
