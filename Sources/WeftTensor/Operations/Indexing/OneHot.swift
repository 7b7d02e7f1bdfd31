/// For each index a row of zeros with a one at its place. No derivative: indices are integers.
public struct OneHot: TensorOperation {
  public static let name = "oneHot"
  public static let operands: Operands = [.indices("classes")]
  public static let equation = "y[i, j] = 1 where j = xᵢ, else 0"
  public static let whyNotDifferentiable: String? = "its input is a tensor of indices"
  /// The size of the new last axis; indices lie below it.
  public let classes: Int
  /// The result's type.
  public let dtype: DType

  public init(classes: Int, dtype: DType = .int64) {
    self.classes = classes
    self.dtype = dtype
  }

  public static let defaults: Attributes = ["dtype": DType.int64]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[0].requireIndexType("indices", operation: Self.name, operands: [("indices", inputs[0])])
    guard classes >= 0 else {
      throw TensorError(.value, operation: Self.name, expected: "a number of classes from 0", got: "\(classes)")
    }
    return [TensorSpec(Shape(inputs[0].shape.sizes + [classes]), dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard
      let indices = inputs[0].checkedIndices(
        below: classes, operation: Self.name, operands: [("indices", inputs[0].spec)])
    else { return [.invalid] }
    let result = Tensor(zeros: outputs[0].shape, dtype: dtype)
    guard !result.isInvalid else { return [result] }
    let places = indices.unsqueezed(-1)
    let ones = Tensor(ones: [], dtype: dtype).expanded(to: places.shape)
    inputs.backend.scatter(ones, places, axis: result.rank - 1, into: result, adding: false)
    return [result]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let shape = inputs[0].shape + [classes]
    return [ReferenceArray(shape: shape) { Int(inputs[0][Array($0.dropLast())]) == $0[$0.count - 1] ? 1 : 0 }]
  }

  public static let samples = [
    Sample(OneHot(classes: 4), .integers([2, 3], in: 0..<4)),
    Sample(OneHot(classes: 3, dtype: .float32), .integers([], in: 0..<3, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(OneHot(classes: 3), .real([2]), because: "indices of an integer type"),
    Refusal(OneHot(classes: -1), .integers([2], in: 0..<1), because: "a number of classes from 0"),
    Refusal(OneHot(classes: 3), .exactly([3], [1], dtype: .int64), because: "indices in 0 ..< 3"),
  ]
}

extension Tensor {
  /// For each of these indices a row of zeros with a one at its place.
  ///
  /// Shape: [...] to [..., classes]. An index outside 0 ..< classes is an error.
  /// - Parameter classes: Left out, the largest index plus one.
  public func oneHot(classes: Int? = nil, dtype: DType = .int64) -> Tensor {
    if let classes { return apply(OneHot(classes: classes, dtype: dtype), [self])[0] }
    if isBatched { return .failed(.batched("oneHot without a number of classes", self)) }
    willBeRead(by: "oneHot without a number of classes")
    let isIndex = self.dtype.isInteger && elementCount > 0 && !isInvalid
    let largest = isIndex ? backend.indexRange(converted(to: .int64)).largest : -1
    // No more than an Int holds: then it is the shape that is refused.
    return oneHot(classes: Swift.max(Swift.min(Int(largest), .max - 1) + 1, 0), dtype: dtype)
  }
}
