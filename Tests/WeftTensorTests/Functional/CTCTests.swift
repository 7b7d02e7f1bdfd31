import Testing
import WeftTensor

@Suite struct CTCTests {
  private let scores = SampleInput.real([6, 3, 4]).draw(seed: 1).logSoftmax(axis: -1)
  private let targets = Tensor([[1, 1, 2], [3, 0, 0], [2, 1, 3]])

  private func losses(_ scores: Tensor, inputs: [Int], targets lengths: [Int], zeroInfinity: Bool = false) -> Tensor {
    scores.ctcLosses(
      targets: targets, inputLengths: Tensor(inputs), targetLengths: Tensor(lengths), zeroInfinity: zeroInfinity)
  }

  @Test func aTargetThatDoesNotFitIsImpossible() throws {
    // The first target needs a blank between its equal labels.
    let leaf = scores.requiringGrad()
    let found = losses(leaf, inputs: [3, 6, 2], targets: [3, 1, 3])
    let values = found.scalars(as: Double.self)
    #expect(values[0] == .infinity && values[1].isFinite && values[2] == .infinity)
    found.sum().backward()
    let slope = try #require(leaf.grad)
    #expect(slope[0, 0].scalars(as: Double.self).contains { $0.isNaN })
    #expect(slope[0..., 1].scalars(as: Double.self).allSatisfy { $0.isFinite })
    #expect(slope[3..., 0].scalars(as: Double.self).allSatisfy { $0 == 0 })
  }

  @Test func anImpossibleTargetCountsNothingIfSoWanted() throws {
    let leaf = scores.requiringGrad()
    let found = losses(leaf, inputs: [3, 6, 2], targets: [3, 1, 3], zeroInfinity: true)
    #expect(found[0].item() == 0 && found[2].item() == 0 && found[1].item() > 0)
    found.sum().backward()
    let slope = try #require(leaf.grad)
    #expect(slope[0..., 0].abs().max().item() == 0 && slope[0..., 2].abs().max().item() == 0)
  }

  @Test func theGradientIsTheShareOfPaths() throws {
    let leaf = scores.requiringGrad()
    losses(leaf, inputs: [6, 5, 6], targets: [3, 1, 3]).sum().backward()
    let sums = try #require(leaf.grad).sum(axis: -1)
    // At each step that counts, every path is somewhere.
    for (sample, steps) in [6, 5, 6].enumerated() {
      for step in 0..<6 { #expect(abs(sums[step, sample].item() + (step < steps ? 1 : 0)) < 1e-12) }
    }
  }

  @Test func noStepsReadAsNothing() {
    let found = losses(scores, inputs: [0, 0, 1], targets: [0, 1, 1]).scalars(as: Double.self)
    #expect(found[0] == 0 && found[1] == .infinity)
    #expect(abs(found[2] + scores[0, 2, 2].item()) < 1e-12)
  }

  @Test func lengthsAndLabelsOutOfRangeAreRefused() {
    func message(_ inputs: [Int], _ lengths: [Int], _ targets: Tensor) -> String {
      let error = #expect(throws: TensorError.self) {
        _ = try withTensorErrors {
          scores.ctcLosses(targets: targets, inputLengths: Tensor(inputs), targetLengths: Tensor(lengths))
        }
      }
      return error?.description ?? ""
    }
    #expect(message([7, 1, 1], [1, 1, 1], targets).contains("0 ..< 7"))
    #expect(message([6, 1, 1], [4, 1, 1], targets).contains("0 ..< 4"))
    #expect(message([6, 1, 1], [1, 1, 1], targets + Tensor(3)).contains("0 ..< 4"))
    #expect(message([6, 1, 1], [1, 1, 1], Tensor([1, 2])).contains("the target lengths add up to"))
  }

  @Test func labelsBeyondTheLengthDoNotCount() {
    let other = Tensor([[1, 1, 2], [3, 900, -7], [2, 1, 3]])
    let found = scores.ctcLosses(
      targets: other, inputLengths: Tensor([6, 6, 6]), targetLengths: Tensor([3, 1, 3]))
    #expect(found.elementsEqual(losses(scores, inputs: [6, 6, 6], targets: [3, 1, 3])))
  }

  @Test func impossibleClassesLeaveTheOthers() throws {
    // Certain of 1, 2, 3, 3, 3.
    let certain = Tensor([1, 2, 3, 3, 3]).oneHot(classes: 4, dtype: .float64).log().unsqueezed(1)
    func loss(_ scores: Tensor, _ target: [Int]) -> Tensor {
      scores.ctcLosses(
        targets: Tensor([target]), inputLengths: Tensor([5]), targetLengths: Tensor([target.count]))
    }
    let leaf = certain.requiringGrad()
    let found = loss(leaf, [1, 2, 3])
    #expect(found.scalars(as: Double.self) == [0])
    found.sum().backward()
    // PyTorch's is NaN at what is impossible.
    #expect(try #require(leaf.grad).elementsEqual(-certain.exp()))
    #expect(loss(certain, [1, 3, 2]).scalars(as: Double.self) == [.infinity])
  }
}
