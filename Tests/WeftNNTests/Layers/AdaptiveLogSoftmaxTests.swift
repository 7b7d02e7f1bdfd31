import Testing
import Weft

@Suite struct AdaptiveLogSoftmaxTests {
  private func layer(headBias: Bool = false) -> AdaptiveLogSoftmaxWithLoss {
    AdaptiveLogSoftmaxWithLoss(8, classes: 12, cutoffs: [3, 7], divisor: 2, headBias: headBias)
  }

  @Test func goldens() throws {
    let targets = [
      "adaptive": Tensor([1, 11, 4, 0, 8, 6]), "adaptive_bias": Tensor([2, 1, 5]),
      "adaptive_single": Tensor([9]).reshaped(to: []),
    ]
    for (name, golden) in try GoldenCase.family("adaptive") {
      let (layer, target) = (layer(headBias: name == "adaptive_bias"), try #require(targets[name]))
      golden.compare(layer) { inputs in
        guard layer.isTraining else { return [layer.logProbabilities(inputs[0].reshaped(-1, 8))] }
        let (output, loss) = layer(inputs[0], target: target)
        return [output, loss]
      }
    }
  }

  @Test func probabilitiesAddUpToOneAndTheLargestIsPredicted() {
    let (layer, input) = (layer(), Tensor((0..<24).map { Double($0 % 5) - 2 }, shape: [3, 8]))
    let rows = layer.logProbabilities(input).exp()
    #expect(rows.sum(axis: 1).scalars(as: Float.self).allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(layer.predictions(input).scalars(as: Int.self) == rows.argMax(axis: 1).scalars(as: Int.self))
  }

  @Test func classesAndCutoffsOutOfRangeAreErrors() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { layer()(Tensor(zeros: [2, 8]), target: Tensor([3, 12])).loss }
    }
    #expect(error.code == .index)
    #expect(error.got == "12")
    let shape = try #require(throws: TensorError.self) {
      try withTensorErrors { layer()(Tensor(zeros: [2, 8]), target: Tensor([3])).loss }
    }
    #expect(shape.code == .shape)
    let cutoffs = try #require(throws: TensorError.self) {
      try withTensorErrors { AdaptiveLogSoftmaxWithLoss(8, classes: 12, cutoffs: [7, 3]) }
    }
    #expect(cutoffs.description == "[AdaptiveLogSoftmaxWithLoss]: expected rising cutoffs in 1 ..< 12, got [7, 3]")
  }

  @Test func aDivisorThatLeavesNoWidthIsRefused() {
    for divisor in [0, -1, .nan, 1e-300] {
      #expect(throws: TensorError.self) {
        try withTensorErrors { AdaptiveLogSoftmaxWithLoss(4, classes: 9, cutoffs: [3], divisor: divisor) }
      }
    }
  }
}
