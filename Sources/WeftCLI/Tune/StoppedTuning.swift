import Foundation
import Weft

/// Where a tuning keeps what it needs to go on after a stop: a folder beside the one that it will write.
struct StoppedTuning {
  /// What the numbers of a tuning follow from; it goes on with the same alone.
  struct Settings: Codable, Hashable {
    var loss: String
    var epochs: Int
    var batchSize: Int
    var learningRate: Double?
    var maxLength: Int?
    var seed: UInt64
    var scale: Double
    var rank: Int?
    var alpha: Double?
    var dropout: Double
    var targets: String
    /// Sums of the pairs' file and the model's configuration.
    var pairs: String
    var model: String
  }

  let output: String
  let settings: Settings
  var path: String { URL(fileURLWithPath: output).standardizedFileURL.path + ".checkpoints" }
  private var settingsPath: String { "\(path)/settings.json" }

  /// Sees that there is something to go on with, made by the same settings, or that nothing is in the way.
  ///
  /// - Throws: `CommandFailure` or `DataFileError`.
  func check(isResumed: Bool) throws {
    let isThere = !Checkpoints.paths(in: path).isEmpty
    guard isResumed else {
      guard isThere else { return }
      throw CommandFailure(
        "\(shown(path)): a tuning that was stopped stands there; --resume goes on with it, or remove the folder")
    }
    guard isThere else { throw CommandFailure("\(shown(path)): there is no tuning to go on with") }
    let file = try FileBytes(contentsOf: settingsPath, limit: 1 << 20)
    let known = try? StateText.decode(Settings.self, from: String(decoding: file.bytes, as: UTF8.self))
    guard known == settings else {
      throw CommandFailure(
        "\(shown(path)): the tuning was begun with other options, pairs or another model: give those that it was begun with"
      )
    }
  }

  func begin() throws {
    try AtomicFolder.makeFolders(above: settingsPath)
    try AtomicFile.write(try StateText.encode(settings, pretty: true) + "\n", to: settingsPath)
  }

  /// Removes it: where the tuning is over, and where there is nothing to go on from.
  func remove(isOver: Bool) {
    if isOver || Checkpoints.paths(in: path).isEmpty { try? FileManager.default.removeItem(atPath: path) }
  }

  /// A sum over a file.
  static func sum(of path: String) throws -> String {
    var sum = ContentSum()
    let file = try FileBytes(contentsOf: path, limit: 1 << 32)
    file.bytes.withUnsafeBytes { sum.add($0) }
    return sum.text
  }
}
