import Foundation
import Testing
import Weft

/// Golden files cut off and changed at random, always the same for a seed: what comes out is tensors or an error, in
/// little memory and time. `WEFT_MUTATIONS=100000` in the environment makes as many cases of each file, `WEFT_SEED`
/// others.
@Suite struct MutationTests {
  private static let cases = Int(ProcessInfo.processInfo.environment["WEFT_MUTATIONS"] ?? "") ?? 400
  private static let seed = UInt64(ProcessInfo.processInfo.environment["WEFT_SEED"] ?? "") ?? 1
  private static let files = [
    "state.pt", "legacy.pt", "protocol4.pt", "views.pt", "nested.pt", "script.pt", "arrays.pkl", "attack.pt",
    "arrays.npz", "compressed.npz", "descriptor.npz", "zip64.npz", "version1.npy", "version3.npy", "types.safetensors",
    "types.gguf", "types.pt", "quantized.pt", "quantized_legacy.pt", "named.pt", "exported.pt2",
  ]

  /// SplitMix64.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: files) func changedFilesAreReadOrRefused(_ name: String) throws {
    let original = try Golden.bytes(name)
    var generator = Generator(state: Self.seed &* 1_000_003 &+ name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    let start = ContinuousClock.now
    var slowest = Duration.zero
    for _ in 0..<Self.cases {
      let begin = ContinuousClock.now
      read(Self.changed(original, &generator), name)
      slowest = max(slowest, ContinuousClock.now - begin)
    }
    #expect(slowest < .seconds(5), "\(name)")
    #expect(ContinuousClock.now - start < .seconds(60 + Self.cases / 20))
  }

  /// One of several kinds of damage.
  private static func changed(_ original: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = original
    func place(_ generator: inout Generator) -> Int { Int.random(in: 0..<bytes.count, using: &generator) }
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes.removeLast(bytes.count - place(&generator))
    case 1:
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[place(&generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
    case 2: bytes[place(&generator)] = [0, 0xFF, 0x7F, 0x80, 1].randomElement(using: &generator) ?? 0
    case 3:  // a number of 8 bytes that is very large
      let start = place(&generator)
      for index in start..<min(start + 8, bytes.count) { bytes[index] = .random(in: 0...255, using: &generator) }
    case 4:
      let start = place(&generator)
      bytes.removeSubrange(start..<min(start + .random(in: 1...16, using: &generator), bytes.count))
    default:
      let (from, to) = (place(&generator), place(&generator))
      bytes.insert(contentsOf: original[from..<min(from + 16, original.count)], at: to)
    }
    return bytes
  }

  private func read(_ bytes: [UInt8], _ name: String) {
    let file = FileBytes(name: name, bytes: bytes)
    guard let read = try? TensorFile(file, skipsRefused: true) else { return }
    for entry in read.entries where entry.byteCount < 1 << 26 {
      guard let tensor = try? read.tensor(named: entry.name) else { continue }
      if tensor.elementCount < 1 << 16 { _ = tensor.scalars(as: Double.self) }
    }
  }

  @Test(arguments: files) func filesCutOffAnywhereAreReadOrRefused(_ name: String) throws {
    let original = try Golden.bytes(name)
    for count in Swift.stride(from: 0, to: original.count, by: max(1, original.count / 300)) {
      let file = FileBytes(name: name, bytes: Array(original.prefix(count)))
      let error = failure { () throws(DataFileError) in try TensorFile(file, skipsRefused: true) }
      // A GGUF file ends with up to 31 bytes that fill its last tensor up.
      if name == "types.gguf", count > original.count - 32 { continue }
      #expect(error != nil, "cut after \(count) of \(original.count) bytes")
      #expect(error?.description.contains("\n") != true)
    }
  }
}
