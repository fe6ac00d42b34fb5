# The one door. Each target is a thin call of a script in .make/, which does the work and says what it does.
# Settings of `make run` (PORT, DATA_DIR, ...) come from the environment: see README.md.

.DEFAULT_GOAL := help
.PHONY: help run test bench ci build lint format fuzz clean reset

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up, build, and run everything on this machine (Ctrl-C stops it and loses nothing)
	@.make/setup build run && .make/build release && exec .make/run $(ARGS)

test: ## set up, then every test: Swift Testing, end to end, a real browser
	@.make/setup build run test && exec .make/test $(ARGS)

bench: ## measure beside the peers and print the ratios (writes Benchmarks/RESULTS.md)
	@.make/setup build run bench && .make/build release && exec .make/bench $(ARGS)

ci: ## what CI runs: lint, build, test
	@.make/setup build run test && .make/lint && .make/build release && exec .make/test

build: ## set up and build for release
	@.make/setup build && exec .make/build release

lint: ## check formatting, layers and imports
	@.make/setup build && exec .make/lint

format: ## format the Swift sources in place
	@.make/setup build && exec swift format --in-place --recursive --parallel Sources Tests Package.swift

fuzz: ## throw random and mutated bytes at the parsers for a minute (SECONDS=60)
	@.make/setup build && exec .make/fuzz

clean: ## remove what was built
	@exec .make/clean

reset: ## remove .data/: the database, mails, keys and logs of `make run`
	@exec .make/reset
