"""What connects the fleet to databases, brokers and solvers; named for the technology."""
