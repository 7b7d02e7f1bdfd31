import Foundation
import WeftData
import WeftIO
import WeftNN

/// What a training leaves behind: a folder that holds the configuration, the weights, the metrics, a picture of the curves,
/// a manifest of all that these follow from, and checkpoints to go on from.
public struct RunFolder: Sendable {
  /// Where the folder stands, or will.
  public let path: String

  /// The folder at a path; nothing is read or made.
  public init(_ path: String) { self.path = path }

  /// The weights after the last whole epoch, as safetensors; before there is one, those of the run's first checkpoint.
  public var weightsPath: String { path + "/model.safetensors" }
  /// The `RunConfiguration`, as JSON.
  public var configurationPath: String { path + "/config.json" }
  /// The `RunManifest`, as JSON.
  public var manifestPath: String { path + "/manifest.json" }
  /// What each epoch came to.
  public var metricsPath: String { path + "/metrics.csv" }
  /// How gradients went, as JSON, where that was looked at: a `HealthHistory`.
  public var healthPath: String { path + "/" + RunFile.healthName }
  /// What the trained model comes to, as JSON: `RunFindings`.
  public var findingsPath: String { path + "/findings.json" }
  /// The page of a `RunReport`.
  public var reportPath: String { path + "/report.html" }
  /// The `Checkpoints`.
  public var checkpointsPath: String { path + "/checkpoints" }

  /// Whether a run is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: configurationPath) }

  /// Whether a run may take this place: nothing stands there, or an empty folder, or a run. A `config.json` alone makes
  /// no run: models of other programs have one as well.
  package var isReplaceable: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.isEmpty || (try? configuration()) != nil
  }

  /// The folder at a path, or the first of `PATH-2`, `PATH-3`, ... at which nothing stands and nobody writes.
  public static func free(near path: String) -> RunFolder {
    var (folder, number) = (RunFolder(path), 1)
    while FileManager.default.fileExists(atPath: folder.path) || RunLock.isHeld(folder.path) {
      number += 1
      folder = RunFolder("\(path)-\(number)")
    }
    return folder
  }

  /// Makes the folders above this one, and sees that a folder can be written here, before hours of work depend on it.
  /// - Throws: `FileWriteError`.
  public func prepare() throws(FileWriteError) {
    try AtomicFolder.makeFolders(above: path)
    _ = try AtomicFolder(replacing: path)
  }

  /// The configuration of the run in this folder.
  /// - Throws: `DataFileError` if there is none or it cannot be understood.
  public func configuration() throws -> RunConfiguration {
    try decode(RunConfiguration.self, configurationPath, "the configuration that a training wrote")
  }

  /// The manifest of the run in this folder.
  /// - Throws: `DataFileError` if there is none or it cannot be understood.
  public func manifest() throws -> RunManifest {
    try decode(RunManifest.self, manifestPath, "the manifest that a training wrote")
  }

  /// A JSON file of the run.
  ///
  /// - Throws: `DataFileError` if there is none or it cannot be understood.
  package func decode<Value: Decodable>(
    _ type: Value.Type, _ path: String, _ expected: String, limit: Int = 1 << 20
  ) throws -> Value {
    let file = try FileBytes(contentsOf: path, limit: limit)
    do { return try StateText.decode(type, from: String(decoding: file.bytes, as: UTF8.self)) } catch {
      throw DataFileError(
        .wrongFormat, file: path, expected: expected, found: "JSON that does not fit it", looksLike: file.kind)
    }
  }

  /// Writes all but the checkpoints, each file whole or not at all.
  func write(
    _ model: Module, _ manifest: RunManifest, _ history: [EpochSummary], validation: String, _ files: [RunFile]
  ) throws {
    let configuration = manifest.configuration
    try model.save(to: weightsPath, metadata: ["architecture": configuration.architecture])
    try AtomicFile.write(try StateText.encode(configuration, pretty: true) + "\n", to: configurationPath)
    try write(manifest)
    try AtomicFile.write(MetricsCSV(history, validation: validation).text, to: metricsPath)
    let title = "\(configuration.architecture) on \(configuration.dataset)"
    try AtomicFile.write(Chart(title, history, validation: validation).svg, to: path + "/curves.svg")
    for file in files { try AtomicFile.write(try file.text(), to: "\(path)/\(file.name)") }
  }

  func write(_ manifest: RunManifest) throws {
    try AtomicFile.write(try StateText.encode(manifest, pretty: true) + "\n", to: manifestPath)
  }
}
