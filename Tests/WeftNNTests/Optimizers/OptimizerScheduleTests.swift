import Testing
import Weft

/// The learning rate that an optimizer takes from its own schedule.
@Suite struct OptimizerScheduleTests {
  private func rates(_ optimizer: Optimizer, _ steps: Int, step: () -> Void) -> [Double] {
    (0..<steps).map { _ in
      step()
      return optimizer.learningRate
    }
  }

  @Test func eachStepTakesItsRate() {
    let layer = Linear(2, 1)
    let optimizer = SGD(layer.parameters(), learningRate: 9)
    optimizer.schedule = Schedules.linear(from: 1, to: 0, over: 4)
    let found = rates(optimizer, 5) {
      layer(Tensor(ones: [1, 2])).sum().backward()
      optimizer.step()
      optimizer.zeroGrad()
    }
    #expect(found == [1, 0.75, 0.5, 0.25, 0])
  }

  @Test func stepsThatComputeTheLossTakeItToo() {
    let layer = Linear(2, 1)
    let optimizer = LBFGS(layer.parameters(), learningRate: 9)
    optimizer.schedule = Schedules.linear(from: 1, to: 0.5, over: 2)
    let found = rates(optimizer, 3) { optimizer.step { layer(Tensor(ones: [1, 2])).squared().sum() } }
    #expect(found == [1, 0.75, 0.5])
  }

  /// A step that is not taken changes nothing.
  @Test func aFailedStepLeavesTheRate() {
    let optimizer = SGD(Linear(2, 1).parameters(), learningRate: 9)
    optimizer.schedule = Schedules.constant(1)
    #expect(throws: TensorError.self) { try withTensorErrors { optimizer.step() } }
    #expect(optimizer.learningRate == 9 && optimizer.stepCount == 0)
  }
}
