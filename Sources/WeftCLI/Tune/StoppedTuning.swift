import Foundation
import Weft
import WeftTune

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
    /// Sums of the pairs, as their columns were read, and of the model's files.
    var pairs: String
    var model: String
    /// Whether sums were rounded alike on any number of threads; a tuning goes on as it was begun.
    var isDeterministic: Bool?
  }

  let output: String
  private(set) var settings: Settings
  var path: String { Self.path(output) }
  private var settingsPath: String { "\(path)/settings.json" }

  /// Sees that there is something to go on with, made by the same settings, or that nothing is in the way. One that was
  /// stopped before its first checkpoint goes on from the beginning.
  ///
  /// - Throws: `CommandFailure` or `DataFileError`.
  mutating func check(isResumed: Bool) throws {
    let isThere = !Checkpoints.paths(in: path).isEmpty
    guard isResumed else {
      guard isThere else { return }
      throw CommandFailure(
        "\(shown(path)): a tuning that was stopped stands there; --resume goes on with it, or remove the folder")
    }
    guard isThere || FileManager.default.fileExists(atPath: settingsPath) else {
      throw CommandFailure("\(shown(path)): there is no tuning to go on with")
    }
    let file = try FileBytes(contentsOf: settingsPath, limit: 1 << 20)
    guard let known = try? StateText.decode(Settings.self, from: String(decoding: file.bytes, as: UTF8.self)) else {
      throw CommandFailure(
        "\(shown(settingsPath)): expected the settings of a tuning as weft \(weftVersion) writes them; found others, "
          + "of another version or damaged; remove \(shown(path)) to begin anew")
    }
    settings.isDeterministic = known.isDeterministic
    guard known == settings else {
      let names = known.names(differingFrom: settings).joined(separator: ", ")
      throw CommandFailure(
        "\(shown(path)): the tuning was begun with other options, pairs or another model (\(names)): give those that "
          + "it was begun with")
    }
    if let words = Rounding.takeUp(known.isDeterministic) { print(words) }
  }

  init(output: String, settings: Settings) {
    (self.output, self.settings) = (output, settings)
    self.settings.isDeterministic = Threads.isDeterministic ? true : nil
  }

  /// Where it stands, of a tuning that writes to `output`.
  static func path(_ output: String) -> String {
    URL(fileURLWithPath: output).standardizedFileURL.path + ".checkpoints"
  }

  func begin() throws {
    try AtomicFolder.makeFolders(above: settingsPath)
    try AtomicFile.write(try StateText.encode(settings, pretty: true) + "\n", to: settingsPath)
  }

  /// Removes it: where the tuning is over, and where there is nothing to go on from.
  func remove(isOver: Bool) {
    if isOver || Checkpoints.paths(in: path).isEmpty { try? FileManager.default.removeItem(atPath: path) }
  }

  /// A sum over pairs: texts, and scores where they have some.
  static func sum(of pairs: TextPairs) -> String {
    var sum = ContentSum()
    for column in [pairs.first, pairs.second] + pairs.negatives {
      sum.add("\(column.count) texts")
      for text in column { sum.add(text) }
    }
    for score in pairs.scores ?? [] { sum.add("\(score)") }
    return sum.text
  }

  /// A sum over the files that a model is made by: those of its folder, and of the folders in it that hold a step of
  /// sentence-transformers. What cannot be opened is left to who opens the model.
  static func sum(ofModel folder: String) throws -> String {
    var sum = ContentSum()
    let own = names(in: folder)
    let steps = own.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/config.json") }
    let kinds = ["json", "txt", "model", "jinja", "safetensors", "bin", "pt", "pth"]
    for name in own + steps.flatMap({ step in names(in: "\(folder)/\(step)").map { "\(step)/\($0)" } })
    where kinds.contains(URL(fileURLWithPath: name).pathExtension) {
      let path = URL(fileURLWithPath: "\(folder)/\(name)").resolvingSymlinksInPath().path
      let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      guard type == .typeRegular, let file = FileHandle(forReadingAtPath: path) else { continue }
      defer { try? file.close() }
      sum.add(name)
      while let piece = try file.read(upToCount: 1 << 24), !piece.isEmpty { piece.withUnsafeBytes { sum.add($0) } }
    }
    return sum.text
  }

  private static func names(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }
}

extension StoppedTuning.Settings {
  /// What differs, as one says it on the command line.
  func names(differingFrom other: Self) -> [String] {
    let rows: [(name: String, isSame: Bool)] = [
      ("--loss", loss == other.loss), ("--epochs", epochs == other.epochs),
      ("--batch-size", batchSize == other.batchSize), ("--learning-rate", learningRate == other.learningRate),
      ("--max-length", maxLength == other.maxLength), ("--seed", seed == other.seed),
      ("--scale", scale == other.scale),
      ("--lora", (rank, alpha, dropout, targets) == (other.rank, other.alpha, other.dropout, other.targets)),
      ("the pairs", pairs == other.pairs), ("the model", model == other.model),
    ]
    return rows.filter { !$0.isSame }.map(\.name)
  }
}
