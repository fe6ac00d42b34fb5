"""What `make run`, `make test` and `make bench` share. Python's standard library only."""
