"""Clients of systems outside: each speaks one protocol and knows nothing of bookings or residents."""
