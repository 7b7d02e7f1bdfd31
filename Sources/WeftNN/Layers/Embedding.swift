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
  public var weight: Parameter { didSet { membersChanged() } }
  public let paddingIndex: Int?

  /// - Parameter paddingIndex: The token whose row is zero at first and does not learn; counted from the end where
  ///   negative.
  public init(_ count: Int, _ dim: Int, paddingIndex: Int? = nil) {
    self.paddingIndex = paddingIndex.map { $0 < 0 ? $0 + count : $0 }
    weight = Parameter(Self.table(count, dim, padding: self.paddingIndex, layer: "Embedding"))
  }

  /// Standard normal rows, that of the padding zero.
  static func table(_ count: Int, _ dim: Int, padding: Int?, layer: String) -> Tensor {
    let table = Initializer.normal()([count, dim])
    guard let padding else { return table }
    guard (0..<count).contains(padding) else {
      return .failed(
        TensorError(.index, operation: layer, expected: "a padding index in \(-count) ..< \(count)", got: "\(padding)"))
    }
    return table * Tensor((0..<count).map { $0 == padding ? 0.0 : 1.0 }, shape: [count, 1])
  }

  public override func forward(_ input: Tensor) -> Tensor {
    weight.tensor.embedding(input, paddingIndex: paddingIndex)
  }
}
