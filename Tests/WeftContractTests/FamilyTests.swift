import Testing
import WeftContract
import WeftTensor

/// What families give: an operation that states no more than its family asks for holds to the whole contract.
@Suite struct FamilyTests {
  @Test(arguments: [EverySecond.self, Spread.self, RowProduct.self, SumOfSquares.self] as [any TensorOperation.Type])
  func membersHoldToTheContract(_ operation: any TensorOperation.Type) {
    let report = Contract.check(operation)
    for problem in report.failures + report.missing { Issue.record("\(problem)") }
    #expect(report.comparisons > 100)
  }

  /// A bias is what is added, whatever its type; only products have a part in the tangents of their operands.
  @Test func aBiasOfIntegersHasNoPartInTangents() throws {
    let (x, t, weight) = (Tensor([[1.0, 2.0]]), Tensor([[0.5, -1.0]]), Tensor([[3.0, 4.0]]))
    let tangent = try jvp(at: [x], along: [t]) { linear($0[0], weight: weight, bias: Tensor([7])) }.tangent
    #expect(tangent.scalars(as: Double.self) == [-2.5])
  }
}

/// A map that takes every second element, and its adjoint.
private struct EverySecond: LinearMap {
  static let name = "everySecond"
  static let operands: Operands = ["x"]
  static let equation = "yᵢ = x₂ᵢ along the last axis"

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard shape.rank > 0 else { throw TensorError(.axis, operation: Self.name, expected: "a last axis", got: "none") }
    shape[-1] = (shape[-1] + 1) / 2
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0].sliced(axis: -1, step: 2)] }
  func adjoint(of x: TensorSpec) -> any TensorOperation { Spread(size: x.shape[-1]) }
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (shape, last) = (inputs[0].shape, inputs[0].shape.count - 1)
    return [
      ReferenceArray(shape: shape.dropLast() + [(shape[last] + 1) / 2]) { inputs[0][$0.dropLast() + [2 * $0[last]]] }
    ]
  }

  static let samples = [
    Sample(EverySecond(), .real([2, 5])), Sample(EverySecond(), .real([4])), Sample(EverySecond(), .real([0, 3])),
  ]
  static let refusals = [Refusal(EverySecond(), .real([]), because: "a last axis")]
}

private struct Spread: LinearMap {
  static let name = "spread"
  static let operands: Operands = ["x"]
  static let equation = "y₂ᵢ = xᵢ, 0 elsewhere, along the last axis"
  let size: Int

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.rank > 0, size > 0, inputs[0].shape[-1] == (size + 1) / 2 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", inputs[0])], expected: "half of \(size) elements",
        got: "\(inputs[0].shape)")
    }
    var shape = inputs[0].shape
    shape[-1] = size
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let pairs = stacked([inputs[0], inputs[0].zerosLike()], axis: -1)
    return [pairs.flattened(from: -2).sliced(axis: -1, to: size)]
  }

  func adjoint(of x: TensorSpec) -> any TensorOperation { EverySecond() }
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let last = inputs[0].shape.count - 1
    return [
      ReferenceArray(shape: inputs[0].shape.dropLast() + [size]) { index in
        index[last].isMultiple(of: 2) ? inputs[0][index.dropLast() + [index[last] / 2]] : 0
      }
    ]
  }

  static let samples = [Sample(Spread(size: 5), .real([2, 3])), Sample(Spread(size: 4), .real([2]))]
  static let refusals = [Refusal(Spread(size: 5), .real([2, 2]), because: "half of 5")]
}

/// A product of rows, with a bias for each.
private struct RowProduct: BilinearOperation {
  static let name = "rowProduct"
  static let operands: Operands = ["a", "b", .optional("bias")]
  static let equation = "yᵢ = Σⱼ aᵢⱼ·bᵢⱼ + biasᵢ"

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    let rows = Shape(shape.sizes.dropLast())
    guard shape.rank > 0, inputs[1].shape == shape, inputs.count < 3 || inputs[2].shape == rows else {
      throw TensorError(
        .shape, operation: Self.name, expected: "rows of one shape", got: "\(inputs.map(\.shape))")
    }
    return [TensorSpec(rows, DType.promoted(inputs))]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let x = inputs.map { $0.converted(to: outputs[0].dtype) }
    let products = (x[0] * x[1]).sum(axis: -1)
    return [(x.count > 2 ? products + x[2] : products).converted(to: outputs[0].dtype)]
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return needs.map { _ in nil } }
    let both = (0..<2).map { needs[$0] ? g.unsqueezed(-1) * saved.input(1 - $0) : nil }
    return both + needs.dropFirst(2).map { $0 ? g : nil }
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (a, b) = (inputs[0], inputs[1])
    return [
      ReferenceArray(shape: a.shape.dropLast()) { row in
        let bias = inputs.count > 2 ? inputs[2][row] : 0
        return (0..<a.shape[row.count]).reduce(bias) { $0 + a[row + [$1]] * b[row + [$1]] }
      }
    ]
  }

  static let samples = [
    Sample(RowProduct(), .real([2, 3]), .real([2, 3])),
    Sample(RowProduct(), .real([2, 3]), .real([2, 3]), .real([2])),
    Sample(RowProduct(), .real([4]), .real([4])),
  ]
  static let refusals = [Refusal(RowProduct(), .real([2, 3]), .real([2]), because: "rows of one shape")]
}

private struct SumOfSquares: AxisReduction {
  static let name = "sumOfSquares"
  static let equation = "y = Σ xᵢ²"
  let axes: [Int]?
  var keepDims = false

  func resultType(of dtype: DType) -> DType { dtype.floating }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs[0].converted(to: outputs[0].dtype).squared().sum(axes: axes, keepDims: keepDims)]
  }

  func saves(needs: [Bool]) -> Saves { .input(0) }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    let kept = x.detach().sum(axes: axes, keepDims: true).shape
    return [gradients[0].map { 2 * $0.reshaped(to: kept) * x }]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { (2 * $0 * inputs[0]).sum(axes: axes, keepDims: keepDims) }]
  }

  func over(_ axes: [Int]?) -> SumOfSquares { SumOfSquares(axes: axes, keepDims: keepDims) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let squares = ReferenceArray(shape: inputs[0].shape, values: inputs[0].values.map { $0 * $0 })
    let rank = squares.shape.count
    let reduced = Set((axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 })
    var result = ReferenceArray(shape: squares.shape.indices.map { reduced.contains($0) ? 1 : squares.shape[$0] }) {
      _ in 0
    }
    for index in ReferenceArray.indices(of: squares.shape) {
      result[index.indices.map { reduced.contains($0) ? 0 : index[$0] }] += squares[index]
    }
    if !keepDims { result.shape = squares.shape.indices.filter { !reduced.contains($0) }.map { squares.shape[$0] } }
    return [result]
  }

  static let samples = [
    Sample(SumOfSquares(axes: nil), .real([2, 3])), Sample(SumOfSquares(axes: [-1]), .real([2, 3])),
    Sample(SumOfSquares(axes: [0], keepDims: true), .real([2, 3])),
  ]
  static let refusals = [Refusal(SumOfSquares(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2")]
}
