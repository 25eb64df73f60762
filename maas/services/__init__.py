"""Local services that a journey is bundled with: lodging, sights, shops, clinics, pharmacies, events."""
