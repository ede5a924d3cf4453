# The targets a newcomer guesses. Everything is built without cgo and with one tag, so that the binary is static and loads no system library.
SHELL       := /bin/bash
export CGO_ENABLED := 0
export GOFLAGS := $(filter-out -tags=%,$(GOFLAGS)) -tags=nodynamic
CACHE       := $(or $(QIANSHAO_CACHE),$(HOME)/.cache/qianshao)
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKGS        := ./...

.PHONY: run demo build test check lint race fuzz bench eval learn servers clean

run: build ## the whole product on this machine, under ./data
	./bin/qianshao run

demo: build ## the same with invented staff and tips, under ./data-demo
	QIANSHAO_DATA=$${QIANSHAO_DATA:-data-demo} QIANSHAO_DEMO=true ./bin/qianshao run

build:
	go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/qianshao ./cmd/qianshao

servers: ## what the tests run against: redis-server, chromium, clamd, MinIO, FerretDB
	.ci/servers test

test: servers lint ## everything; installs what is missing
	go vet $(PKGS)
	.ci/mongo
	go test -count=1 -timeout 20m $$(go list $(PKGS) | grep -v /docs/mongo)

check: lint ## what must be clean before a commit

lint:
	.ci/servers lint
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	go mod verify
	$(CACHE)/bin/golangci-lint run $(PKGS)

race: servers ## the packages where goroutines meet, under the race detector (needs gcc)
	CGO_ENABLED=1 go test -race -count=1 -timeout 30m ./config/engine/... ./intake/... ./triage/... ./notify/... ./handlers/...

fuzz: ## every fuzz target for a bounded time
	.ci/fuzz $${FUZZTIME:-20s}

bench: build servers ## accepted tips a second, a queue drained while people tip (QIANSHAO_BENCH_TIPS, 10000), the desk on a year of casework (QIANSHAO_BENCH_CASES, 100000), memory, start-up, page bytes; and the engines' benchmarks
	go test -count=1 -run '^$$' -bench . -benchtime $${BENCHTIME:-2s} ./config/engine/docs/... ./intake/... ./triage/...
	QIANSHAO_BENCH_BINARY=$(CURDIR)/bin/qianshao go test -count=1 -run '^$$' -bench . -benchtime 1x -timeout 30m ./cmd/qianshao

# Folder of labelled tips, mentions and pictures; they do not ship with the program. Its name is none of the program's own: it refuses QIANSHAO_ settings it does not know.
EVAL := $(abspath $(or $(EVAL_DATA),../shared/data))

eval: build ## triage against labelled data: the dry run's score, then place, route, match and pictures each for itself; the checks of answers and of what is published
	./bin/qianshao replay --in $(EVAL)/tips-dev.jsonl --score
	EVAL_DATA=$(EVAL) GOFLAGS=-tags=nodynamic,eval go test -count=1 -v -run '^TestEval' ./triage/... ./notify/... ./cmd/qianshao

learn: ## what the words of the profile do not say, from labelled tips: writes its learned.csv and apart.csv, then joined.csv, which hangs on both. EVAL_MORE names more files of tips
	LEARN=1 EVAL_DATA=$(EVAL) GOFLAGS=-tags=nodynamic,eval go test -count=1 -run '^TestLearn$$' ./triage/route
	LEARN=1 EVAL_DATA=$(EVAL) GOFLAGS=-tags=nodynamic,eval go test -count=1 -run '^TestLearn$$' ./triage/replay

clean:
	rm -rf bin
