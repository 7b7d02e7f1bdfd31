import WeftIO
import WeftNN
import WeftTensor

/// Something that a training state keeps under a name of its own: a further model, optimizer, scaler or average, or a class
/// of the program's, as one that holds what was played so far.
///
/// ```swift
/// final class Played: SavedPart {
///   var boards = Tensor(zeros: [0, 64])
///   func savedTensors() -> [(name: String, tensor: Tensor)] { [("boards", boards)] }
///   func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
///     if let first = tensors.first { boards = first.tensor }
///   }
/// }
/// ```
public protocol SavedPart: TrainingPart {
  /// What it depends on, each under another name.
  func savedTensors() -> [(name: String, tensor: Tensor)]

  /// Takes up what `savedTensors()` gave; nothing is changed unless all of it fits.
  ///
  /// - Parameter source: What errors call the tensors' origin.
  func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws
}

extension Module: SavedPart {
  public func savedTensors() -> [(name: String, tensor: Tensor)] { state() }
  public func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
    _ = try load(tensors, from: source)
  }
}

extension Optimizer: SavedPart {
  public func savedTensors() -> [(name: String, tensor: Tensor)] { state() }
  public func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
    try restore(tensors.byName)
  }
}

extension GradScaler: SavedPart {
  public func savedTensors() -> [(name: String, tensor: Tensor)] { state() }
  public func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
    try restore(tensors.byName)
  }
}

extension WeightAverage: SavedPart {
  public func savedTensors() -> [(name: String, tensor: Tensor)] { state() }
  public func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
    try restore(tensors.byName)
  }
}

extension [(name: String, tensor: Tensor)] {
  /// By name; of one that is there twice the first counts.
  var byName: [String: Tensor] { Dictionary(map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first }) }

  /// Those whose names begin so, without that.
  func part(_ prefix: String) -> [(name: String, tensor: Tensor)] {
    filter { $0.name.hasPrefix(prefix) }.map { (name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor) }
  }
}
