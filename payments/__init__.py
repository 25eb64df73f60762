"""Money and points: a double-entry ledger, holds, processors and settlement."""
