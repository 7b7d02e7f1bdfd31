import Testing
import Weft

/// The program of the guide "Slopes".
@Test func theProgramOfTheSlopesGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    // A network that learns y' = -y, y(0) = 1 from 0 to 2: what it says of y is 1 + t·network(t), which begins at 1.
    Random.seed(7)
    let network = Sequential {
      Linear(1, 16); Tanh(); Linear(16, 1)
    }
    let optimizer = AdamW(network.parameters(), learningRate: 1e-2)
    let step = Recorded(network, optimizer) { network, optimizer, times in
      // y and its slope at all times in one pass: each row of the batch depends on its own time alone.
      let (y, slope) = try jvp(at: [times], along: [times.onesLike()]) { 1 + $0[0] * network($0[0]) }
      let loss = (slope + y).squared().mean()
      optimizer.zeroGrad()
      loss.backward()  // through the slope, to the weights
      optimizer.step()
      return loss
    }
    let times = Tensor((0...20).map { Float($0) / 10 }, shape: [21, 1])
    for _ in 0..<600 { try step(times) }
    let found = noGrad { 1 + 2 * network(Tensor([[2.0]])) }
    print("y(2) = \(found.item()), e⁻² = 0.1353")

    // A penalty on the slopes of a critic, for as many inputs as there are: the gradient of the sum has a row for each.
    func gradientPenalty(_ critic: Module, at points: Tensor) throws -> Tensor {
      let slopes = try grad(of: { critic($0).sum() })(points).norm(axis: 1)
      return (slopes - 1).squared().mean()
    }
    let critic = Linear(2, 1)
    critic.weight.value = Tensor([[3.0, 4.0]])  // of slope 5 everywhere
    let penalty = try gradientPenalty(critic, at: Tensor(normal: [8, 2]))
    penalty.backward()
    print(penalty.item(), critic.weight.grad?.scalars(as: Float.self) ?? [])  // (5 - 1)², 2·4·(3, 4)/5
    // End.
    #expect(abs(found.item() - 0.1353) < 5e-3)
    #expect(abs(penalty.item() - 16) < 1e-4)
    let gradient = critic.weight.grad?.scalars(as: Float.self) ?? []
    #expect(zip(gradient, [4.8, 6.4]).allSatisfy { abs($0 - $1) < 1e-4 } && gradient.count == 2)
    #expect(step.whyNotReplayed == nil && step.replayCount > 500)
  }
}
