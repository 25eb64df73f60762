"""Monthly settlement with operators and shops.

Statements, qualified invoices, payouts, corrections, and the reconciliation of three books. Everything is
read from the ledger and can be made again at any time: a statement is a view of a month, never a record of
its own. Months are calendar months in Japan.
"""
