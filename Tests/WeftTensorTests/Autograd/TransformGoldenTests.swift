import Testing
import WeftTensor

/// The rules of whole operations in forward mode, in forward mode over gradients, and in batches of gradients, beside
/// PyTorch (`Goldens/make_transforms.py`).
@Suite struct TransformGoldenTests {
  typealias Function = @Sendable ([Tensor]) -> Tensor

  private static let labels = Tensor([2, 0, 1, -100] as [Int64])
  private static let weights = Tensor([0.5, 2, 1.5], dtype: .float64)
  private static let rows = Tensor([1, 4, 1] as [Int64])
  private static let places = Tensor([0, 1, 1, 1, 0, 0] as [Int64], shape: [2, 3])

  private static let functions: [String: Function] = [
    "convolution": { convolution($0[0], weight: $0[1], bias: $0[2], stride: 2, padding: 1, groups: 2) },
    "transposed": {
      convolutionTransposed($0[0], weight: $0[1], bias: $0[2], stride: 2, padding: 1)
    },
    "maxPool": { $0[0].maxPooled(kernel: 2) },
    "averagePool": { $0[0].averagePooled(kernel: 3, stride: 2, padding: 1) },
    "batchNorm": { $0[0].batchNormalized(weight: $0[1], bias: $0[2]).output },
    "groupNorm": { $0[0].groupNormalized(groups: 2, weight: $0[1], bias: $0[2]) },
    "layerNorm": { $0[0].layerNormalized(weight: $0[1], bias: $0[2]) },
    "rmsNorm": { $0[0].rmsNormalized(weight: $0[1], epsilon: 1e-5) },
    "crossEntropy": { $0[0].meanCrossEntropy(classIndices: labels, labelSmoothing: 0.1) },
    "weighted": { $0[0].crossEntropy(classIndices: labels, weight: weights).losses.sum() },
    "attention": { scaledDotProductAttention(query: $0[0], key: $0[1], value: $0[2], isCausal: true) },
    "linear": { linear($0[0], weight: $0[1], bias: $0[2]) },
    "matmul": { $0[0].matmul($0[1]) },
    "cumulativeProduct": { $0[0].cumulativeProduct(axis: 1) },
    "product": { $0[0].product(axis: 1) },
    "standardDeviation": { $0[0].standardDeviation(axis: 1) },
    "norm": { $0[0].norm(order: 3, axis: 1) },
    "logSumExp": { $0[0].logSumExp() },
    "max": { $0[0].max(axis: 1) },
    "sort": { $0[0].sorted(axis: 1).values },
    "embedding": { $0[0].embedding(rows) },
    "gather": { $0[0].gathered(places, axis: 0) },
    "scatter": { $0[0].scatterAdded($0[1], at: places, axis: 0) },
    "lstm": { x in recurrent(.lstm, x) },
    "gru": { x in recurrent(.gru, x) },
  ]

  private static func recurrent(_ kind: RecurrentKind, _ x: [Tensor]) -> Tensor {
    recurrentSequence(
      kind, x[0], weightIH: x[1], weightHH: x[2], biases: [x[3], x[4]], states: Array(x[5...]), isReversed: false
    ).output
  }

  private static let goldens: [FunctionGolden] = readGoldens("transforms")

  @Test func theFileNamesEveryFunction() {
    #expect(Set(Self.goldens.map(\.name)) == Set(Self.functions.keys))
  }

  @Test(arguments: goldens) func derivatives(_ golden: FunctionGolden) throws {
    let function = try #require(Self.functions[golden.name])
    try golden.check { inputs in
      let count = inputs.count / 2
      let (point, directions) = (Array(inputs[..<count]), Array(inputs[count..<(2 * count)]))
      let loss = { (x: [Tensor]) in function(x).squared().sum() }
      do {
        let (value, tangent) = try jvp(at: point, along: directions) { function($0) }
        let products = try hessianVectorProduct(at: point, along: directions, loss).products
        let axes = point.indices.map { $0 == 0 ? 0 : nil }
        let each = try vmap(over: [inputs[2 * count]] + point.dropFirst(), axes: axes) { x in
          try valueAndGrad(at: x, loss).gradients
        }
        return [value, tangent] + products + each
      } catch {
        Issue.record("\(golden.name): \(error)")
        return []
      }
    }
  }

  /// Along the directions one after another and all at once: in a batch only the directions differ.
  @Test(arguments: goldens) func batchesOfDirections(_ golden: FunctionGolden) throws {
    let function = try #require(Self.functions[golden.name])
    let inputs = golden.inputs.map(\.tensor)
    let count = inputs.count / 2
    let (point, directions) = (Array(inputs[..<count]), inputs[count..<(2 * count)])
    let pairs = directions.map { stacked([$0, $0 * -0.5 + 1]) }
    let found = try vmap(over: pairs) { [try jvp(at: point, along: $0) { function($0) }.tangent] }[0]
    for place in 0..<2 {
      let wanted = try jvp(at: point, along: pairs.map { $0[place] }) { function($0) }.tangent
      expectSame(found[place], wanted, "\(golden.name), direction \(place)")
    }
  }

  /// Dropout drops the same elements in the batch of directions as in the value, which is not in the batch.
  @Test func dropoutInBatchesOfDirections() throws {
    let x = Tensor((1...6).map { Double($0) }, shape: [6], dtype: .float64)
    let stream = RandomStream(seed: 5)
    let dropped = x.dropout(probability: 0.5, using: stream)
    let basis = Tensor(eye: 6, dtype: .float64)
    let columns = try vmap(over: [basis]) { direction in
      [try jvp(at: [x], along: direction) { $0[0].dropout(probability: 0.5, using: stream) }.tangent]
    }[0]
    expectSame(columns.diagonal() * x, dropped, "dropout")
    #expect(columns.sum().isClose(to: columns.diagonal().sum(), relative: 1e-12))
  }
}
