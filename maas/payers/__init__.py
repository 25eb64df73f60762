"""Who pays with what: payers under a pseudonym of the processor's, and the cards that they saved."""
