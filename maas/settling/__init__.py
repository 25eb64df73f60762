"""After the rides: receipts for riders, statements and payouts for operators and shops, books compared."""
