import Testing
import Weft

/// Layers and losses that add an axis before they compute speak of the shapes that they were given.
@Suite struct CallerShapeTests {
  private func message(_ body: () -> Tensor) throws -> String {
    try #require(throws: TensorError.self) { try withTensorErrors(body) }.description
  }

  @Test func convolutionsOfOneImage() throws {
    let image = Tensor(zeros: [2, 8, 8])
    #expect(
      try message { Conv2d(3, 4, kernelSize: 3)(image) } == """
        [convolution]: expected the input's axis 0 (channels) to have size 3, the weight's axis 1 times the groups, got 2
          input: float32 [2, 8, 8]
          weight: float32 [4, 3, 3, 3]
          bias: float32 [4]
        """)
    #expect(
      try message { Conv2d(3, 4, kernelSize: 3)(Tensor(zeros: [8, 8, 3])) }
        .contains("`input.permuted([2, 0, 1])` brings them to axis 0"))
    #expect(
      try message { Conv2d(2, 4, kernelSize: [3, 9])(image) }.contains("the input's axis 2 to have at least size 9"))
    let turned = try message { ConvTranspose2d(3, 4, kernelSize: 3)(image) }
    #expect(turned.contains("axis 0 (channels)") && turned.contains("input: float32 [2, 8, 8]"))
    let sized = try message { ConvTranspose2d(2, 4, kernelSize: 3)(image, outputSize: [1, 1]) }
    #expect(sized.contains("input: float32 [2, 8, 8]"))
  }

  /// A share that was refused is no number of windows either.
  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, 2, 0])
  func sharesOfAFractionalPool(_ share: Double) {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { FractionalMaxPool2d(2, outputRatio: [share, 0.5])(Tensor(zeros: [1, 2, 8, 8])) }
    }
    #expect(error?.description.contains("1 ratio, or 2, between 0 and 1") == true)
  }

  @Test func poolsAndNormsOfOneImage() throws {
    let image = Tensor(zeros: [2, 2, 8])
    for layer in [MaxPool2d(3), AvgPool2d(3), LPPool2d(order: 2, 3)] as [Module] {
      let text = try message { layer(image) }
      // Powers are added up in float64.
      let type = layer is LPPool2d ? "float64" : "float32"
      #expect(text.contains("axis 1 to have at least size 3") && text.contains("input: \(type) [2, 2, 8]"), "\(text)")
    }
    #expect(
      try message { FractionalMaxPool2d(3, outputSize: 2)(image) }.contains("axis 1 to have at least 4 elements"))
    #expect(try message { Unfold(3)(image) }.contains("input: float32 [2, 2, 8]"))
    #expect(try message { Fold(outputSize: [4, 4], 2)(Tensor(zeros: [4, 7])) }.contains("got [4, 7]"))
    #expect(
      try message { InstanceNorm2d(3, affine: true)(image) }.contains("input: float32 [2, 2, 8]"))
    let places = Tensor(zeros: [2, 2, 8], dtype: .int64)
    let unpooled = try message { MaxUnpool2d(2)(image, indices: places, outputSize: [9, 9]) }
    #expect(unpooled.contains("values: float32 [2, 2, 8]") && unpooled.contains("indices: int64 [2, 2, 8]"))
  }

  /// Pools of as many axes as their name says.
  @Test func otherRanksAreRefused() throws {
    #expect(try message { MaxPool1d(2)(Tensor(zeros: [1, 2, 8, 8])) }.contains("4 axes"))
    #expect(try message { AvgPool2d(2)(Tensor(zeros: [1, 2, 8, 8, 8])) }.contains("5 axes"))
    #expect(try message { AdaptiveMaxPool2d(2)(Tensor(zeros: [2, 8])) }.contains("2 axes"))
    #expect(MaxPool1d(2)(Tensor(zeros: [3, 8, 8])).shape == [3, 8, 4])
  }

  @Test func labelsOfACrossEntropy() throws {
    let (logits, labels) = (Tensor(zeros: [2, 3]), Tensor([0.0, 1]))
    for reduction in [LossReduction.mean, .sum, .none] {
      #expect(
        try message { crossEntropy(logits, classIndices: labels, reduction: reduction) }.contains(
          "classIndices: float32 [2]\n"), "\(reduction)")
    }
    let weighted = try message { crossEntropy(logits, classIndices: labels, weight: Tensor(ones: [3])) }
    #expect(weighted.contains("classIndices: float32 [2]\n"))
  }

  @Test func oneSequenceOfLabels() throws {
    let error = try message {
      ctcLoss(
        logProbabilities: Tensor(zeros: [5, 3]), targets: Tensor([[1, 2]]), inputLengths: Tensor([5]),
        targetLengths: Tensor(2))
    }
    #expect(error.contains("expected targets [labels] and lengths [] of a single sequence [steps, classes]"))
    #expect(error.contains("logProbabilities: float32 [5, 3]"))
  }

  @Test func recurrentLayersNameTheSteps() throws {
    #expect(
      try message { RNN(3, 2)(Tensor(zeros: [0, 2, 3])) } == """
        [RNN]: expected at least one step in [steps, batch, 3], got [0, 2, 3]
          input: float32 [0, 2, 3]
        """)
    #expect(try message { GRU(3, 2)(Tensor(zeros: [0, 3])) }.contains("at least one step in [steps, 3], got [0, 3]"))
    let last = LSTM(3, 2, batchFirst: true)
    #expect(try message { last(Tensor(zeros: [2, 0, 3])) }.contains("at least one step in [batch, steps, 3]"))
    let lengths = try message { RNN(3, 2)(Tensor(zeros: [4, 2, 3]), lengths: [4, 0]).output }
    #expect(lengths.contains("hint: a sequence of no steps") && !lengths.contains("batchFirst"))
    let long = try message { RNN(3, 2)(Tensor(zeros: [4, 2, 3]), lengths: [4, 5]).output }
    #expect(long.contains("got [4, 5]") && !long.contains("hint"))
    let turned = try message { RNN(3, 2)(Tensor(zeros: [4, 2, 3]), lengths: [1, 2, 1, 2]).output }
    #expect(turned.contains("`batchFirst` tells which of the two comes first"))
  }
}
