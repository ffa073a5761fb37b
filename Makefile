# Two commands for newcomers: `make demo` and `make test`. Everything is written in xtask; this file
# only gives it short names and makes sure a C compiler is there (SQLite and the crypto library are C).

CARGO ?= cargo
XTASK = $(CARGO) run --quiet --locked --package xtask --

.PHONY: demo build test check bench compiler

## Builds the program, fills a demo store, shows the main job, serves http://127.0.0.1:8080
demo: compiler
	$(XTASK) demo

## Builds the console, then the release program with it inside: target/release/smartpush
build: compiler
	$(XTASK) build

## Installs what the tests need and runs all of them
test: compiler
	$(XTASK) test

## What one runs before every commit: format, lints, house rules, fast tests
check: compiler
	$(XTASK) check

## Prints the table of docs/performance.md as measured on this machine
bench: compiler
	$(XTASK) bench

compiler:
	@command -v cc >/dev/null && command -v make >/dev/null || { \
	  echo "Installing a C compiler …"; \
	  SUDO=$$( [ "$$(id -u)" = 0 ] || echo sudo ); \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends gcc libc6-dev make; }
