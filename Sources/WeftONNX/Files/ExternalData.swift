import Foundation
import WeftData
import WeftIO
@_spi(Locks) import WeftTensor

/// The files beside a model that hold elements of its tensors: mapped when first asked for, and never outside the
/// model's folder.
final class ExternalData: Sendable {
  private let model: String
  private let limits: LoadLimits
  /// The folders in which data may lie, without links in them: the model's own, and, where the model is a link (as in
  /// the store of a model hub), that of the file it leads to.
  private let folders: [String]
  private let files = Guarded<[String: FileMemory]>([:])

  init(besides model: String, limits: LoadLimits) {
    (self.model, self.limits) = (model, limits)
    let path = URL(fileURLWithPath: model)
    folders = [path.deletingLastPathComponent(), path.resolvingSymlinksInPath().deletingLastPathComponent()].compactMap
    {
      Self.realPath($0.path)
    }
  }

  /// The file of this name, mapped.
  func file(_ location: String) throws -> FileMemory {
    if let known = files.withLock({ $0[location] }) { return known }
    let file = try FileMemory(mapping: try path(of: location), limits: limits, isNamedInFile: true)
    files.withLock { $0[location] = file }
    return file
  }

  private func path(of location: String) throws -> String {
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.hasPrefix("/"), !parts.contains(".."), !location.utf8.contains(0) else {
      throw refused(location, "a path of its own")
    }
    let folder = URL(fileURLWithPath: model).deletingLastPathComponent().path
    guard let path = Self.realPath("\(folder)/\(location)") else {
      throw ONNXError(
        .externalData, file: model, "expected external data in \"\(location)\" beside the model, found no such file",
        hint: "models above 2 GB come in several files that belong together")
    }
    guard folders.contains(where: { path.hasPrefix($0 == "/" ? $0 : $0 + "/") }) else {
      throw refused(location, "a link that leads out of it")
    }
    return path
  }

  private func refused(_ location: String, _ why: String) -> ONNXError {
    ONNXError(
      .externalData, file: model, "expected external data within the model's folder, found \"\(location)\", \(why)")
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
