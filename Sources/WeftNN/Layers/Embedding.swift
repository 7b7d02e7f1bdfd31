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
    var table = Initializer.normal()([count, dim])
    if let padding = self.paddingIndex {
      if (0..<count).contains(padding) {
        let keeps = Tensor((0..<count).map { $0 == padding ? 0.0 : 1.0 }, shape: [count, 1])
        table = table * keeps
      } else {
        report(
          TensorError(
            .index, operation: "Embedding", expected: "a padding index in \(-count) ..< \(count)", got: "\(padding)"))
      }
    }
    weight = Parameter(table)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    weight.tensor.embedding(input, paddingIndex: paddingIndex)
  }
}
