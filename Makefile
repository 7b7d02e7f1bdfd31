# Every target, with what it does: make help

# Everything is built once, in release mode: the tests and the demo share the build.
BUILD := swift build -c release
DEMO_FOLDER ?= runs/digits
DOCUMENTED := Weft WeftTensor WeftNN WeftData WeftIO WeftText WeftTrain WeftModels WeftTune WeftONNX WeftServe WeftMPI \
  WeftContract

.DEFAULT_GOAL := help
.PHONY: help setup demo test check check-kernels check-arm check-threads fuzz bench doc clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the build needs (Swift aside), if anything is missing
	@scripts/setup

demo: setup ## Train a network on the handwritten digits; the results go to runs/digits, in place of the last ones
	swift run -c release weft train digits --out $(DEMO_FOLDER) --replace

# `swift test` by itself would build everything again, with other options. A server's tests have a process of their own:
# the others compute on the threads that its answers need.
test: setup ## Build everything and run all tests
	$(BUILD) --build-tests
	scripts/run-tests --filter '^WeftServeTests\.'
	scripts/run-tests --skip '^WeftServeTests\.'

check: setup ## Check format, lengths, imports, circles, warnings and documentation
	scripts/check

check-kernels: setup ## Check the kernels by themselves, with each instruction set of this machine
	scripts/check-kernels

check-arm: ## Check the kernels on 64-bit ARM, in qemu
	scripts/check-kernels aarch64

check-threads: setup ## Run the tests that use several threads under the thread sanitizer
	scripts/check-threads

fuzz: setup ## Give every parser files that libFuzzer makes up, a minute each
	scripts/fuzz

bench: setup ## Measure Weft's speed beside other libraries'
	Benchmarks/compare

doc: setup ## Write the reference documentation to .build/documentation
	swift package --allow-writing-to-directory .build/documentation generate-documentation \
	  --enable-experimental-combined-documentation $(addprefix --target ,$(DOCUMENTED)) \
	  --output-path .build/documentation

clean: ## Remove what was built; runs/ stays
	rm -rf .build
