# `make run` and `make test` do all set-up on a fresh machine with Rust and
# say what they are doing. Run `make help` for the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build package site test proof flips texts dev size python-tools bench bench-ingest bench-agents bench-watch bench-writers bench-live attack chaos soak check deny tools browser-tools clean

export CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TERM_COLOR ?= auto

TARGET := $(CARGO_TARGET_DIR)
SITE := $(TARGET)/site
TOOLS := $(CURDIR)/.tools
# The library and its command line must be of one version.
WASM_BINDGEN := 0.2.130
BINARYEN := 132.0.0
AXE := 4.14.1
DENY := 0.20.2
SAY := @echo "==>"

help: ## Show these commands.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: build ## Build everything and serve at http://127.0.0.1:3000 from ./data.
	$(SAY) Serving
	@exec "$(TARGET)/release/inquest" serve

build: site ## Build the release binary, with the site inside.
	$(SAY) Building the server
	@cargo build --release --locked -p server $(if $(FEATURES),--features $(FEATURES))
	@echo "==> The binary is $(TARGET)/release/inquest"

# Everything that is needed is on a Debian on which Rust builds; nothing runs as root, and no daemon.
package: build ## Make the .deb, the image (OCI archive) and the list of parts (SBOM) of the release binary; FEATURES=s3 for evidence in buckets.
	$(SAY) Packing
	@rm -rf "$(TARGET)/package"
	@python3 server/packaging/package.py --binary "$(TARGET)/release/inquest" --out "$(TARGET)/package"
	@cd "$(TARGET)/package" && sha256sum -- * >SHA256SUMS

tools:
	@if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then \
		echo "==> Installing the wasm target"; rustup target add wasm32-unknown-unknown; fi
	@if [ "$$($(TOOLS)/bin/wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $(WASM_BINDGEN)" ]; then \
		echo "==> Installing wasm-bindgen $(WASM_BINDGEN) into .tools (two minutes, once)"; \
		cargo install wasm-bindgen-cli --version $(WASM_BINDGEN) --root "$(TOOLS)" --quiet; fi
	@if command -v npm >/dev/null && [ ! -e "$(TOOLS)/node_modules/binaryen/bin/wasm-opt" ]; then \
		echo "==> Installing binaryen $(BINARYEN) into .tools"; \
		npm install --prefix "$(TOOLS)" --no-save --no-audit --no-fund --loglevel=error binaryen@$(BINARYEN) axe-core@$(AXE) >/dev/null; fi
	@command -v npm >/dev/null || echo "==> npm is not here: the browser's part is built without wasm-opt, a fifth larger"

site: tools ## Build the browser's part.
	$(SAY) Building the browser\'s part
	@cargo build --locked -p hydrate --target wasm32-unknown-unknown --profile wasm
	@rm -rf "$(TARGET)/site.new" && mkdir -p "$(TARGET)/site.new"
	@"$(TOOLS)/bin/wasm-bindgen" --target web --no-typescript --out-name inquest --out-dir "$(TARGET)/site.new" "$(TARGET)/wasm32-unknown-unknown/wasm/hydrate.wasm"
	@if [ -e "$(TOOLS)/node_modules/binaryen/bin/wasm-opt" ]; then \
		node "$(TOOLS)/node_modules/binaryen/bin/wasm-opt" -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue --strip-debug --strip-producers \
			"$(TARGET)/site.new/inquest_bg.wasm" -o "$(TARGET)/site.new/inquest_bg.wasm"; fi
	@mkdir -p "$(SITE)"
	@for file in inquest.js inquest_bg.wasm; do cmp -s "$(TARGET)/site.new/$$file" "$(SITE)/$$file" || cp "$(TARGET)/site.new/$$file" "$(SITE)/$$file"; done
	@rm -rf "$(TARGET)/site.new"

browser-tools: tools
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v chromedriver >/dev/null || missing="$$missing chromium-driver"; \
	python3 -c 'import ensurepip' >/dev/null 2>&1 || missing="$$missing python3-venv"; \
	{ command -v pg_config >/dev/null && [ -x "$$(pg_config --bindir)/initdb" ]; } || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v adduser >/dev/null || [ -x /usr/sbin/adduser ] || missing="$$missing adduser"; \
	command -v systemd-analyze >/dev/null || missing="$$missing systemd"; \
	[ -d /usr/share/ca-certificates/mozilla ] || missing="$$missing ca-certificates"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then echo "==> Installing$$missing"; apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
		else echo "The tests need$$missing: install them with  sudo apt-get install$$missing"; exit 1; fi; fi

# Beside the build cache, so that a clean clone does not fetch it again. The stamp is the list that was installed.
python-tools:
	@if ! cmp -s tests/python/requirements.txt "$(TARGET)/tools/python/requirements.txt"; then \
		echo "==> Installing the Python tools of the tests beside the build cache (a minute, once)"; \
		rm -rf "$(TARGET)/tools/python"; \
		python3 -m venv "$(TARGET)/tools/python"; \
		"$(TARGET)/tools/python/bin/pip" install --quiet --disable-pip-version-check -r tests/python/requirements.txt; \
		cp tests/python/requirements.txt "$(TARGET)/tools/python/requirements.txt"; fi

check: deny ## Formatting, lints and dependencies.
	$(SAY) Checking the formatting and the lints
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --locked -- -D warnings

# Beside the build cache, so that a clean clone does not build it again.
deny:
	@if [ "$$("$(TARGET)/tools/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $(DENY)" ]; then \
		echo "==> Installing cargo-deny $(DENY) beside the build cache (some minutes, once)"; \
		cargo install cargo-deny --version $(DENY) --locked --root "$(TARGET)/tools" --quiet; fi
	$(SAY) Checking licences, sources and bans of what this is built with
	@"$(TARGET)/tools/bin/cargo-deny" --log-level error check --hide-inclusion-graph licenses bans sources
	@if "$(TARGET)/tools/bin/cargo-deny" --log-level error fetch db >/dev/null 2>&1; then \
		"$(TARGET)/tools/bin/cargo-deny" --log-level error check --hide-inclusion-graph advisories; \
	else echo "==> The list of known weaknesses cannot be reached from here: advisories are not checked"; fi

test: browser-tools python-tools site check ## Every test; installs PostgreSQL and Chromium from Debian when they are missing.
	$(SAY) Testing
	@cargo test --workspace --locked
	@$(MAKE) --no-print-directory size

RUNS ?= 10000
proof: ## Red-team the proofs: RUNS (10000) histories of each format are written, lost, bent and believed; fail on one false verified no-op.
	@RUNS="$(RUNS)" cargo test --release --locked -q -p domain --test proof -- --nocapture

flips: ## Alter a thousand values and rows behind the server's back, on both databases; fail unless verify finds every one.
	@FLIPS=$${FLIPS:-1000} cargo test --locked -q -p store --features testing --test store every_flip -- --nocapture

texts: ## Send TEXTS (10000) hostile texts through every field into both Markdown profiles, and as many into the pages; judged by other parsers.
	@TEXTS=$${TEXTS:-10000} cargo test --locked -q -p domain --lib structure
	@TEXTS=$${TEXTS:-10000} cargo test --locked -q -p acceptance --test acceptance hostile

size: site ## Print what a first visit loads, and fail above 350 KB.
	@cargo run --locked -q -p acceptance --bin size

bench: build ## Measure the incident page with 200 events, on this machine; with BASE=binary beside an older one.
	@cargo run --release --locked -q -p acceptance --bin bench -- $(BASE) "$(TARGET)/release/inquest"

bench-ingest: build ## Measure how fast a million log records are read, and how quick they are to find.
	@cargo run --release --locked -q -p acceptance --bin ingest -- "$(TARGET)/release/inquest"

bench-agents: build ## Measure the list of 10,000 agents with 50,000 grants, and how fast acts are weighed against them; fail below a million a second.
	@cargo bench --locked -q -p domain --bench scope
	@cargo run --release --locked -q -p acceptance --bin agents

bench-watch: browser-tools build ## Measure watching: how fast acts are read and judged, how soon an act is told, drafted and stopped (RUNS=100), a million records of 10,000 agents, five minutes in which nodes die; fail when a bound does not hold.
	@cargo bench --locked -q -p domain --bench intake
	@cargo run --release --locked -q -p acceptance --bin watch -- "$(TARGET)/release/inquest" $(PARTS)

bench-writers: browser-tools build ## Let twenty writers edit one incident on one node and on two; fail when an edit is missing.
	@cargo run --release --locked -q -p acceptance --bin writers -- "$(TARGET)/release/inquest"

bench-live: browser-tools build ## Measure how soon an edit in one browser is seen in another, with fifty more subscribers.
	@cargo run --release --locked -q -p acceptance --bin live -- "$(TARGET)/release/inquest"

attack: browser-tools build ## Send what would stop a server to one of its own, on both databases; fail when it costs others too much.
	@cargo run --release --locked -q -p acceptance --bin attack -- "$(TARGET)/release/inquest"

chaos: browser-tools build ## Break disks, lines, servers and clocks under writes on both databases; fail when an acknowledged write is lost.
	@cargo run --release --locked -q -p acceptance --bin chaos -- "$(TARGET)/release/inquest"

MINUTES ?= 30
soak: browser-tools build ## Let readers, writers, imports and open pages work for MINUTES (30); fail on an error or when memory grows.
	@cargo run --release --locked -q -p acceptance --bin soak -- "$(TARGET)/release/inquest" "$(MINUTES)"

dev: tools ## The edit loop: rebuilds and reloads on every change.
	@if command -v cargo-leptos >/dev/null; then cargo leptos watch; \
	else echo "==> cargo-leptos is not installed; building once and serving (cargo install cargo-leptos gives the watch loop)"; \
		$(MAKE) --no-print-directory site && cargo run -p server -- serve; fi

clean: ## Remove what was built here.
	@cargo clean
