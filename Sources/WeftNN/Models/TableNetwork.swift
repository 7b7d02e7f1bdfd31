import WeftTensor

/// A multilayer perceptron for rows of a table: each column of categories has a table of vectors that are learned
/// (Guo and Berkhahn, "Entity Embeddings of Categorical Variables", 2016), which stand beside the numbers.
///
/// Shape: numbers [N, numbers] and categories [N, columns] of integers to [N, outputs]. Parameters:
/// `embeddings.0.weight` [places, min(50, (places + 1) / 2)], `layers.0.0.weight` and so on, `head.weight`.
///
/// ```swift
/// let network = TableNetwork(numbers: 4, categories: [7, 12], outputs: 3)
/// let logits = network(batch.numbers, batch.categories)
/// ```
public final class TableNetwork: Module {
  /// The vectors of each column's categories.
  public var embeddings: [Embedding]
  /// A linear map, a ReLU and a dropout for each hidden layer.
  public var layers: Sequential
  /// The map to the outputs.
  public var head: Linear
  private let hasNumbers: Bool

  /// - Parameters:
  ///   - numbers: How many numbers a row has.
  ///   - categories: How many places each column of categories has.
  ///   - outputs: Classes, or 1 for a number.
  ///   - hidden: The units of each hidden layer.
  ///   - dropout: The share of hidden units that is dropped in training.
  public init(numbers: Int, categories: [Int], outputs: Int, hidden: [Int] = [128, 64], dropout: Double = 0.1) {
    let categories = categories.map { LayerCheck.size($0, "categories", layer: "TableNetwork") }
    let numbers = LayerCheck.size(numbers, "numbers", layer: "TableNetwork")
    embeddings = categories.map { Embedding($0, min(50, ($0 + 1) / 2)) }
    var width = numbers + categories.reduce(0) { $0 + min(50, ($1 + 1) / 2) }
    layers = Sequential {
      for units in hidden { Self.layer(from: &width, to: units, dropout) }
    }
    head = Linear(width, outputs)
    hasNumbers = numbers > 0
  }

  private static func layer(from width: inout Int, to units: Int, _ dropout: Double) -> Module {
    defer { width = units }
    return Sequential {
      Linear(width, units); ReLU(); Dropout(dropout)
    }
  }

  /// The outputs of some rows.
  public func callAsFunction(_ numbers: Tensor, _ categories: Tensor) -> Tensor {
    inPath {
      let vectors = embeddings.enumerated().map { column, embedding in
        embedding(categories.sliced(axis: 1, from: column, to: column + 1).squeezed(1))
      }
      return head(layers(concatenated((hasNumbers ? [numbers] : []) + vectors, axis: 1)))
    }
  }
}
