"""Finding places by whatever a person types: kanji, kana, rōmaji, English, or a position."""
