import WeftTensor

/// A table whose rows stand for tokens: y[i, :] = weight[index[i], :].
///
/// Shape: integers [...] to [..., dim]; weight [count, dim], standard normal at first.
///
/// ```swift
/// let layer = Embedding(10_000, 128, paddingIndex: 0)
/// let vectors = layer(tokens)   // [N, T] of integers to [N, T, 128]
/// ```
public final class Embedding: Module {
  /// Set it to another module's to tie the two.
  public var weight: Parameter
  /// The token whose row does not learn, counted from the beginning.
  public let paddingIndex: Int?

  private let table: EmbeddingTable

  /// - Parameters:
  ///   - paddingIndex: The token whose row is zero at first and does not learn; counted from the end where negative.
  ///   - maxNorm: Rows that are looked up and longer are shortened to this norm, in the table itself and outside any
  ///     graph, at each call.
  ///   - normType: The order of that norm.
  ///   - scaleGradByFreq: Whether a row's gradient is divided by how often its token occurs in the call.
  public init(
    _ count: Int, _ dim: Int, paddingIndex: Int? = nil, maxNorm: Double? = nil, normType: Double = 2,
    scaleGradByFreq: Bool = false
  ) {
    self.paddingIndex = paddingIndex.map { $0 < 0 ? $0 &+ count : $0 }
    weight = Parameter(Self.table(count, dim, padding: self.paddingIndex, layer: "Embedding"))
    table = EmbeddingTable(maxNorm: maxNorm, normType: normType, scaleGradByFreq: scaleGradByFreq)
    super.init()
    table.check(layer: "Embedding")
  }

  /// Standard normal rows, that of the padding zero.
  static func table(_ count: Int, _ dim: Int, padding: Int?, layer: String) -> Tensor {
    let count = LayerCheck.size(count, "entries", layer: layer)
    let dim = LayerCheck.size(dim, "features", layer: layer)
    let table = Initializer.normal()([count, dim])
    guard let padding, !table.isInvalid else { return table }
    guard (0..<count).contains(padding) else {
      return .failed(
        TensorError(.index, operation: layer, expected: "a padding index in \(-count) ..< \(count)", got: "\(padding)"))
    }
    if Initializer.placeholderType != nil { return table }
    return table * Tensor((0..<count).map { $0 == padding ? 0.0 : 1.0 }, shape: [count, 1])
  }

  public override func forward(_ input: Tensor) -> Tensor {
    if let quantized = weight.quantized { return quantized.rows(at: input) }
    let call = table.lookup(weight, at: input, paddingIndex)
    return call.table.embedding(
      call.indices, paddingIndex: call.paddingIndex, scaleGradByFreq: table.scaleGradByFreq)
  }

  /// The vectors of tokens that follow each other, [count, dim]: rows of the table itself, unless something is added to
  /// what the layer gives.
  package func rows(_ tokens: Range<Int>) -> Tensor {
    if hooks == nil { return weight.tensor.sliced(axis: 0, from: tokens.lowerBound, to: tokens.upperBound) }
    return self(Tensor(arange: tokens.count) + tokens.lowerBound)
  }
}
