"""An area is a folder of sources; building it gives a folder that a server opens in an instant."""
