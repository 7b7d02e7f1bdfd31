import Testing
import WeftTensor

/// Functions composed of operations inside `vmap` and `jvp`: as a loop gives, and as the gradient says.
@Suite struct FunctionTransformTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let shapes: [Shape]
    let function: @Sendable ([Tensor]) throws -> Tensor

    var testDescription: String { name }

    init(_ name: String, _ shapes: Shape..., function: @escaping @Sendable ([Tensor]) throws -> Tensor) {
      (self.name, self.shapes, self.function) = (name, shapes, function)
    }

    func inputs(batch: [Int]) -> [Tensor] {
      shapes.enumerated().map { SampleInput.real(Shape(batch) + $1, in: -0.9...0.9).draw(seed: UInt64(40 + $0)) }
    }
  }

  static let cases = [
    Case("unfold", [1, 2, 4, 5]) { $0[0].unfolded(kernel: 2, stride: [1, 2], padding: 1) },
    Case("fold", [1, 4, 3]) { $0[0].folded(outputSize: [4], kernel: 2) },
    Case("pixelShuffle", [1, 4, 2, 3]) { $0[0].pixelShuffled(by: 2) },
    Case("channelShuffle", [1, 4, 3]) { $0[0].channelShuffled(groups: 2) },
    Case("localResponseNorm", [1, 5, 3]) { $0[0].localResponseNormalized(size: 3) },
    Case("interpolate linear", [1, 2, 3, 4]) { $0[0].interpolated(size: [5, 3], mode: .linear) },
    Case("interpolate cubic", [1, 1, 4, 3]) { $0[0].interpolated(scales: [1.5], mode: .cubic) },
    Case("interpolate smoothly", [1, 1, 9]) { $0[0].interpolated(size: 3, mode: .cubic, antialias: true) },
    Case("gridSample linear", [1, 2, 4, 3], [1, 2, 3, 2]) { $0[0].gridSampled($0[1]) },
    Case("gridSample cubic", [1, 2, 4, 3], [1, 2, 3, 2]) {
      $0[0].gridSampled($0[1], mode: .cubic, padding: .reflection)
    },
    Case("affineGrid", [2, 2, 3]) { affineGrid($0[0], size: [2, 1, 2, 3]) },
    Case("lpPool", [1, 2, 4, 4]) { ($0[0] + 1.0).lpPooled(order: 3, kernel: 2) },
    Case("unpool", [1, 2, 4, 4]) { x in
      let pool = x[0].maxPooledWithIndices(kernel: 2)
      return pool.values.maxUnpooled(pool.indices, kernel: 2)
    },
    Case("fractionalMaxPool", [1, 2, 5, 5]) {
      $0[0].fractionalMaxPooled(kernel: 2, outputSize: 3, samples: Tensor(full: [1, 2, 2], 0.4)).values
    },
    Case("cdist", [3, 2], [4, 2]) { cdist($0[0], $0[1]) },
    Case("pdist", [4, 2]) { $0[0].pairDistances(order: 3) },
    Case("pairwiseDistance", [3, 2], [3, 2]) { pairwiseDistance($0[0], $0[1]) },
    Case("cosineSimilarity", [3, 2], [3, 2]) { cosineSimilarity($0[0], $0[1]) },
    Case("normalize", [3, 2]) { $0[0].normalized() },
    Case("bilinear", [3, 2], [3, 4], [2, 2, 4]) { bilinear($0[0], $0[1], weight: $0[2]) },
    Case("embeddingBag sum", [5, 2], [4]) {
      $0[0].embeddingBag(
        Tensor([0, 3, 3, 1]), offsets: Tensor([0, 3]), mode: .sum, perSampleWeights: $0[1], paddingIndex: 1)
    },
    Case("embeddingBag max", [5, 2]) {
      $0[0].embeddingBag(Tensor([[0, 3], [4, 1]]), mode: .maximum, paddingIndex: 1)
    },
    Case("ctcLoss", [4, 2, 3]) {
      $0[0].logSoftmax(axis: -1).ctcLosses(
        targets: Tensor([1, 2, 1]), inputLengths: Tensor([4, 3]), targetLengths: Tensor([2, 1]))
    },
    Case("attention of shared heads", [4, 3, 2], [2, 3, 2]) {
      scaledDotProductAttention(query: $0[0], key: $0[1], value: $0[1], sharesHeads: true)
    },
  ]

  @Test(arguments: cases)
  func aBatchGivesWhatALoopGives(_ example: Case) throws {
    let inputs = example.inputs(batch: [3])
    let batched = try vmap(over: inputs) { [try example.function($0)] }[0]
    let looped = try (0..<3).map { place in try example.function(inputs.map { $0[place] }) }
    expectAgree(batched, stacked(looped), within: 1e-12, example.name)
  }

  @Test(arguments: cases)
  func forwardModeIsTheGradientTransposed(_ example: Case) throws {
    let inputs = example.inputs(batch: [])
    let directions = inputs.enumerated().map { SampleInput.real($1.shape).draw(seed: UInt64(60 + $0)) }
    let (value, tangent) = try jvp(at: inputs, along: directions) { try example.function($0) }
    let seed = SampleInput.real(value.shape).draw(seed: 80)
    let gradients = try vjp(at: inputs) { try example.function($0) }.pullback(seed)
    let forward = (tangent * seed).sum().item()
    let reverse = zip(gradients, directions).reduce(0) { $0 + ($1.0 * $1.1).sum().item() }
    #expect(abs(forward - reverse) <= 1e-10 * max(1, abs(forward)), "\(forward), \(reverse)")
    #expect(forward != 0)
  }
}
