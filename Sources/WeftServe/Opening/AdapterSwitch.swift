import WeftModels
import WeftNN
@_spi(Locks) import WeftTensor

/// The adapters of one model, of which one or none counts at a time.
final class AdapterSwitch: @unchecked Sendable {
  // Unchecked: it is asked by the compute thread alone, before the model computes there.
  private let adapters: Adapters
  private var current: String?

  /// - Parameter folders: The adapters' names and folders, as PEFT writes them.
  /// - Throws: As `Adapters.load(from:named:limits:)`.
  init(_ model: Module, _ folders: [(name: String, path: String)]) throws {
    adapters = try Adapters(model)
    // A name on the wire may have dots and slashes in it, one of a module may not.
    for (place, folder) in folders.enumerated() { try adapters.load(from: folder.path, named: Self.label(place)) }
    try adapters.activate([])
  }

  private static func label(_ place: Int) -> String { "served\(place)" }

  /// Has an adapter count, by its place; nil for the model as it was.
  func use(_ place: Int?) throws {
    let wanted = place.map { Self.label($0) }
    if wanted == current { return }
    try adapters.activate(wanted.map { [$0] } ?? [])
    current = wanted
  }
}

extension ServedModel {
  /// This model, and the same with each of some adapters, under their names.
  ///
  /// - Parameter weights: What computes in its engines.
  func adapted(_ weights: Module, by folders: [(name: String, path: String)]) throws -> [ServedModel] {
    if folders.isEmpty { return [self] }
    let adapters = try AdapterSwitch(weights, folders)
    var plain = self
    plain.prepare = { try adapters.use(nil) }
    return [plain]
      + folders.enumerated().map { place, folder in
        var model = ServedModel(folder.name, sharing: self)
        model.prepare = { try adapters.use(place) }
        return model
      }
  }

  /// The engines of another model under a name of its own.
  private init(_ name: String, sharing model: ServedModel) {
    self = model
    (self.name, parent) = (name, model.name)
  }
}
