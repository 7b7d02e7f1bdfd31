// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "digit-server",
  dependencies: [
    .package(name: "weft", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "DigitServer",
      dependencies: [
        .product(name: "Weft", package: "weft"), .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
