/// yᵢ = x₀·…·xᵢ along an axis. Gradient: Lᵢ·Rᵢ with Lᵢ = x₀·…·xᵢ₋₁ and Rᵢ = gᵢ + xᵢ₊₁·Rᵢ₊₁: no division, so zeros
/// do no harm, to any order.
public struct CumulativeProduct: TensorOperation {
  public static let name = "cumulativeProduct"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢ = x₀·…·xᵢ"
  public static var autocastRule: AutocastRule { .float32 }
  /// Counted from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[0].scanned(along: axis, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let input = inputs[0].converted(to: outputs[0].dtype)
    return [inputs.backend.scan(input, axis: input.shape.axis(axis) ?? 0, multiplies: true)]
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil] }
    let wide = gradient.dtype.statistics
    let (x, y) = (saved.input(0).converted(to: wide), saved.output(0).converted(to: wide))
    let after = recurrence(gradient.converted(to: wide), ahead(x, by: 1), next: ahead)
    return [(product(before: y) * after).converted(to: gradient.dtype)]
  }

  /// L: the running product `y`, one place on.
  private func product(before y: Tensor) -> Tensor {
    guard y.shape[axis] > 0 else { return y }
    let first = y.sliced(axis: axis, to: 1).onesLike()
    return concatenated([first, y.sliced(axis: axis, to: -1)], axis: axis)
  }

  /// R with Rᵢ = startᵢ + factorᵢ·Rⱼ, j the next place, by doubling the distance: after k steps, b is the recurrence's
  /// sum over 2ᵏ places and a their product.
  private func recurrence(_ start: Tensor, _ factor: Tensor, next: (Tensor, Int) -> Tensor) -> Tensor {
    var (a, b) = (factor, start)
    var distance = 1
    while distance < factor.shape[axis] {
      b = b + a * next(b, distance)
      a = a * next(a, distance)
      distance *= 2
    }
    return b
  }

  /// What stands `distance` places further along the axis; 0 beyond the end.
  private func ahead(_ x: Tensor, by distance: Int) -> Tensor {
    let missing = x.sliced(axis: axis, to: distance).zerosLike()
    return concatenated([x.sliced(axis: axis, from: distance), missing], axis: axis)
  }

  /// What stands `distance` places before along the axis; 0 before the start.
  private func behind(_ x: Tensor, by distance: Int) -> Tensor {
    let missing = x.sliced(axis: axis, to: distance).zerosLike()
    return concatenated([missing, x.sliced(axis: axis, to: -distance)], axis: axis)
  }

  /// ẏᵢ = xᵢ·ẏᵢ₋₁ + yᵢ₋₁·ẋᵢ.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let wide = outputs[0].dtype.statistics
    let before = product(before: outputs[0].converted(to: wide))
    return [
      tangents[0].map {
        recurrence(before * $0, inputs[0].converted(to: wide), next: behind).converted(to: outputs[0].dtype)
      }
    ]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(CumulativeProduct(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { [inputs[0].scanned(along: axis, *)] }

  public static let samples = [
    Sample(CumulativeProduct(axis: -1), .real([2, 3])),
    Sample(CumulativeProduct(axis: 1), .real([2, 5, 2])),
    Sample(CumulativeProduct(axis: 0), .exactly([1.5, 0, -2, 0.5, 0, 3, 1, 2], [8])),
    Sample(CumulativeProduct(axis: 0), .integers([3, 2], in: -5..<5, dtype: .int32)),
    Sample(CumulativeProduct(axis: 1), .real([2, 0])),
  ]

  public static let refusals = [
    Refusal(CumulativeProduct(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(CumulativeProduct(axis: 0), .real([]), because: "a scalar"),
  ]
}

extension Tensor {
  /// The running product along `axis`. Integers and bool give int64.
  public func cumulativeProduct(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.cumulativeProduct(axis: 0) } }
    return apply(CumulativeProduct(axis: axis), [self])[0]
  }
}
