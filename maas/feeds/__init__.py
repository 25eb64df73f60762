"""The feed house: operators' feeds kept in versions, edited as drafts, judged, published and rolled back."""
