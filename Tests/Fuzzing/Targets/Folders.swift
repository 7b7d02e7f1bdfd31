import Foundation
import WeftIO
import WeftModels

extension FuzzTarget {
  /// Files that are read in the folder of a model.
  static let folders: [FuzzTarget] = [
    FuzzTarget("config", longest: 2048) { bytes in
      let isRead = succeeds {
        let settings = try ModelConfiguration(json: bytes, file: "config.json")
        _ = succeeds { _ = try DecoderOptions(settings) }
      }
      let path = folder(holding: [("config.json", bytes)])
      // There are no weights beside it: whatever it says, none of these opens.
      for open in openers { _ = succeeds { try open(path) } }
      return isRead
    },
    FuzzTarget("shards", longest: 1024) { bytes in
      let path = folder(holding: [("model.safetensors.index.json", bytes), ("one.safetensors", shard)])
      return succeeds {
        let file = try TensorFile(path)
        for entry in file.entries { _ = succeeds { _ = try file.tensor(named: entry.name) } }
      }
    },
  ]

  private static let openers: [@Sendable (String) throws -> Void] = [
    { _ = try TextEmbedder(from: $0) }, { _ = try TextClassifier(from: $0) }, { _ = try ImageClassifier(from: $0) },
    { _ = try TextGenerator(from: $0) }, { _ = try SpeechRecognizer(from: $0) },
  ]

  /// Two tensors of two elements, `a` and `b`.
  private static let shard: [UInt8] = {
    let header = """
      {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}
      """
    return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 1, count: 10)
  }()

  /// The path of a folder of this process with these files, in place of what it held before.
  private static func folder(holding files: [(name: String, bytes: [UInt8])]) -> String {
    let path = NSTemporaryDirectory() + "weft-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(files[0].name)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for file in files { _ = FileManager.default.createFile(atPath: "\(path)/\(file.name)", contents: Data(file.bytes)) }
    return path
  }
}
