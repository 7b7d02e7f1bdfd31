import WeftData
import WeftIO
import WeftTensor

extension FuzzTarget {
  private static let files = "WeftIOTests/Goldens"

  static let tensorFiles: [FuzzTarget] = [
    FuzzTarget(
      "safetensors", longest: 4096,
      seeds: [Goldens(files, ".safetensors"), Goldens("WeftDataTests/Goldens", ".safetensors")]
    ) {
      opens($0, "file.safetensors")
    },
    FuzzTarget("gguf", longest: 16_384, seeds: [Goldens(files, ".gguf")]) { opens($0, "file.gguf") },
    FuzzTarget("npy", longest: 4096, seeds: [Goldens(files, ".npy")]) { opens($0, "file.npy") },
    FuzzTarget("zip", longest: 16_384, seeds: [Goldens(files, ".npz", ".pt", ".pt2")]) { bytes in
      opens(bytes, "file.npz") || opens(Checksums.repaired(zip: bytes), "file.npz")
    },
    // Pickles that are a file, with what follows them.
    FuzzTarget(
      "pickle", longest: 8192, seeds: [Goldens(files, ".pkl", "legacy.pt"), Goldens("\(files)/cifar", "batch")]
    ) {
      opens($0, "file.pkl")
    },
    // Pickles that are the objects of an archive, which has some elements for them.
    FuzzTarget("torch", longest: 4096) { pickle in
      let elements = (0..<8).map { ("archive/data/\($0)", [UInt8](repeating: UInt8($0), count: 96)) }
      return opens(StoredZip.archive([("archive/data.pkl", pickle)] + elements), "file.pt")
    },
  ]

  /// Opens a file and reads its tensors.
  private static func opens(_ bytes: [UInt8], _ name: String) -> Bool {
    succeeds {
      let file = try TensorFile(FileBytes(name: name, bytes: bytes), skipsRefused: true)
      _ = file.metadata.map { "\($0.key) \($0.value)" } + file.skipped.map { "\($0)" }
      for entry in file.entries.prefix(64) where entry.byteCount <= 1 << 16 {
        _ = "\(entry)"
        _ = succeeds { _ = try file.bytes(named: entry.name).count }
        _ = succeeds { _ = try file.blocks(named: entry.name) }
        _ = succeeds {
          let tensor = try file.tensor(named: entry.name)
          if tensor.elementCount <= 1 << 16 { _ = tensor.scalars(as: Double.self) }
        }
      }
    }
  }
}
