"""Outside systems behind the ports: the durable sandbox, Stripe, and the tables of the payment service."""
