// swift-tools-version: 6.2
// 6.2 for InlineArray, which holds shapes. The tests want 6.3: they give values to processes that may end.
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
]

// Programs of one file each, that show how something is done. One that is a package of its own is not among them.
let examples = [
  "Quickstart", "XOR", "TwoSpirals", "Fashion", "TableFromCSV", "Forecast", "CharacterLSTM", "SmallGPT", "Autoencoders",
  "GAN", "PolicyGradient", "PhysicsInformed", "Derivatives", "CustomOperation", "FineTuning",
].map {
  Target.executableTarget(name: $0, dependencies: ["Weft"], path: "Examples/\($0)", exclude: ["README.md"])
}

let package = Package(
  name: "weft",
  products: [
    .library(name: "Weft", targets: ["Weft"]),
    .library(name: "WeftContract", targets: ["WeftContract"]),
    .library(name: "WeftText", targets: ["WeftText"]),
    .library(name: "WeftModels", targets: ["WeftModels"]),
    .library(name: "WeftTune", targets: ["WeftTune"]),
    .library(name: "WeftONNX", targets: ["WeftONNX"]),
    .library(name: "WeftServe", targets: ["WeftServe"]),
    .library(name: "WeftMPI", targets: ["WeftMPI"]),
    .executable(name: "weft", targets: ["WeftCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // Kernels in C: the tile engine, the thread team, the oneDNN shim.
    .target(
      name: "CWeft",
      linkerSettings: ["dnnl", "openblas", "gomp", "m"].map { .linkedLibrary($0) }),
    // The handwritten digits of the demo, compiled into the binary.
    .target(name: "CDigits", exclude: ["digits.bin", "README.md", "make_digits.py"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),

    // Unicode as tokenizers need it, written by a script.
    .target(name: "CUnicode"),
    // Texts to numbers and back; knows no tensors.
    .target(name: "WeftText", dependencies: ["CUnicode"], swiftSettings: strict),
    .target(name: "WeftTensor", dependencies: ["CWeft"], swiftSettings: strict),
    // What every operation must hold to, checked on its samples: for the tests and the command line.
    .target(name: "WeftContract", dependencies: ["WeftTensor"], swiftSettings: strict),
    .target(name: "WeftNN", dependencies: ["WeftTensor"], swiftSettings: strict),
    .target(
      name: "WeftData", dependencies: ["WeftTensor", "CDigits", "CZlib", "CPNG", "CTurboJPEG"], swiftSettings: strict),
    .target(name: "WeftIO", dependencies: ["WeftNN", "WeftData", "CZlib"], swiftSettings: strict),
    .target(name: "WeftTrain", dependencies: ["WeftNN", "WeftData", "WeftIO"], swiftSettings: strict),
    // Models that others trained, from their folders: of texts, pictures and sounds.
    .target(name: "WeftModels", dependencies: ["WeftNN", "WeftData", "WeftIO", "WeftText"], swiftSettings: strict),
    // Such models, trained on: neither who runs models nor who trains others needs the two together.
    .target(name: "WeftTune", dependencies: ["WeftModels", "WeftTrain"], swiftSettings: strict),
    // ONNX files, in and out.
    .target(
      name: "WeftONNX",
      dependencies: [
        "WeftNN", "WeftIO", "WeftText", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Protobuf/onnx.proto"], swiftSettings: strict),
    // Open MPI, opened at run time.
    .target(name: "CMPI"),
    // Training in several processes at once.
    .target(
      name: "WeftMPI", dependencies: ["CMPI", "WeftNN", "WeftData", "WeftIO", "WeftTrain"], swiftSettings: strict),
    // Models over HTTP.
    .target(
      name: "WeftServe",
      dependencies: [
        "WeftNN", "WeftIO", "WeftText", "WeftModels",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strict),
    .target(
      name: "Weft", dependencies: ["WeftTensor", "WeftNN", "WeftData", "WeftIO", "WeftText", "WeftTrain"],
      swiftSettings: strict),
    .executableTarget(
      name: "WeftCLI",
      dependencies: [
        "Weft", "WeftModels", "WeftTune", "WeftONNX", "WeftServe", "WeftMPI", "WeftContract",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "DataParallel", dependencies: ["Weft", "WeftMPI"], path: "Examples/DataParallel", exclude: ["README.md"]),
    // Single operators beside PyTorch: Benchmarks/operators/compare runs it.
    .executableTarget(
      name: "operators", dependencies: ["Weft"], path: "Benchmarks/operators",
      exclude: ["cases.txt", "compare", "functions.py"], swiftSettings: strict),
    // A large file of weights beside a copy in memory.
    .executableTarget(name: "loading", dependencies: ["Weft"], path: "Benchmarks/loading", swiftSettings: strict),
    // Frozen networks beside ONNX Runtime: Benchmarks/inference/compare runs it.
    .executableTarget(
      name: "inference", dependencies: ["Weft", "WeftModels", "WeftONNX"], path: "Benchmarks/inference",
      exclude: [
        "compare", "embedding", "generation", "llama.py", "published.py", "runtime.py", "sentences.py", "text.txt",
        "timing.py",
      ], swiftSettings: strict),
    // Weft in small, and nothing of Weft in it.
    .executableTarget(
      name: "TeachingEngine", path: "Examples/TeachingEngine", exclude: ["README.md"], swiftSettings: strict),

    .testTarget(
      name: "WeftTensorTests", dependencies: ["WeftTensor", "WeftContract"], exclude: ["Goldens"], swiftSettings: strict
    ),
    .testTarget(name: "WeftContractTests", dependencies: ["WeftTensor", "WeftContract"], swiftSettings: strict),
    .testTarget(
      name: "WeftNNTests", dependencies: ["Weft", "WeftContract"],
      exclude: ["Goldens", "Documentation/make_torch_names.py", "Documentation/torch_names.txt"], swiftSettings: strict),
    .testTarget(name: "TeachingEngineTests", dependencies: ["TeachingEngine", "Weft"], swiftSettings: strict),
    // What tests of several targets need.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "WeftDataTests", dependencies: ["Weft", "TestSupport"], exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "WeftIOTests", dependencies: ["Weft", "TestSupport"], exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "WeftTextTests", dependencies: ["WeftText"], exclude: ["Goldens", "Templates/Goldens"],
      swiftSettings: strict),
    .testTarget(
      name: "WeftModelsTests", dependencies: ["Weft", "WeftModels", "TestSupport"], exclude: ["Goldens"],
      swiftSettings: strict),
    .testTarget(
      name: "WeftTuneTests", dependencies: ["Weft", "WeftModels", "WeftTune", "TestSupport"], exclude: ["Goldens"],
      swiftSettings: strict),
    .testTarget(
      name: "WeftONNXTests",
      dependencies: ["Weft", "WeftONNX", "TestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Goldens"],
      swiftSettings: strict),
    .testTarget(
      name: "WeftServeTests",
      dependencies: [
        "Weft", "WeftServe", "TestSupport", .product(name: "HummingbirdTesting", package: "hummingbird"),
      ], swiftSettings: strict),
    .testTarget(
      name: "WeftTrainTests", dependencies: ["Weft", "TestSupport"], exclude: ["Goldens"], swiftSettings: strict),
    // What the tests run as several processes.
    .executableTarget(
      name: "MPIScenarios", dependencies: ["Weft", "WeftMPI"], path: "Tests/MPIScenarios", swiftSettings: strict),
    .testTarget(
      name: "WeftMPITests", dependencies: ["Weft", "WeftMPI", "MPIScenarios", "WeftCLI", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WeftCLITests",
      dependencies: [
        "Weft", "WeftContract", "WeftCLI", "WeftModels", "WeftTune", "WeftONNX", "WeftServe", "WeftMPI",
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      exclude: ["Goldens"], swiftSettings: strict),
    // Parsers for libFuzzer, which scripts/fuzz builds `fuzz` with; without it, the files that fuzzing found are tests.
    .target(
      name: "FuzzTargets",
      dependencies: ["WeftTensor", "WeftData", "WeftIO", "WeftText", "WeftModels", "WeftONNX", "WeftServe"],
      path: "Tests/Fuzzing/Targets", swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets", "WeftTensor"], path: "Tests/Fuzzing/Driver", swiftSettings: strict),
    .testTarget(name: "FuzzingTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
  ] + examples,
  swiftLanguageModes: [.v6]
)
