import Testing
import WeftTensor

@Suite struct GradientTapeTests {
  @Test func theExampleInTheDocumentation() throws {
    let tape = GradientTape()
    let x = tape.watch(Tensor([3.0]))
    let y = tape.record { (x * x).sum() }
    #expect(try tape.gradient(of: y, with: x).values == [6])
  }

  @Test func severalSourcesInOrder() throws {
    let (loss, gradients) = try withGradientTape { tape in
      let (x, y) = (tape.watch(Tensor([3.0])), tape.watch(Tensor([4.0])))
      let loss = (x * y * y).sum()
      return (loss, try tape.gradient(of: loss, with: [x, y]))
    }
    #expect(loss.item() == 48)
    #expect(gradients.map(\.values) == [[16], [24]])
  }

  @Test func severalTargetsAddUp() throws {
    let tape = GradientTape()
    let x = tape.watch(Tensor([3.0]))
    let targets = tape.record { [(x * x).sum(), (5 * x).sum()] }
    #expect(try tape.gradients(of: targets, with: [x]).map { $0?.values } == [[11]])
  }

  @Test func seedsWeighTheTargets() throws {
    let tape = GradientTape()
    let x = tape.watch(Tensor([3.0, 4]))
    let y = tape.record { x * x }
    #expect(try tape.gradient(of: y, with: x, seed: Tensor([1.0, 10])).values == [6, 80])
  }

  @Test func aPersistentTapeIsAskedAgain() throws {
    let tape = GradientTape(persistent: true)
    let x = tape.watch(Tensor([3.0]))
    let (y, z) = tape.record { ((x * x).sum(), (x * x * x).sum()) }
    #expect(try tape.gradient(of: y, with: x).values == [6])
    #expect(try tape.gradient(of: y, with: x).values == [6])
    #expect(try tape.gradient(of: z, with: x).values == [27])
  }

  @Test func unconnectedSources() throws {
    let tape = GradientTape(persistent: true)
    let (x, y) = (tape.watch(Tensor([3.0])), tape.watch(Tensor([4.0, 5])))
    let loss = tape.record { x.sum() }
    #expect(try tape.gradients(of: [loss], with: [x, y], unconnected: .nil).map { $0?.values } == [[1], nil])
    #expect(try tape.gradients(of: [loss], with: [x, y], unconnected: .zero).map { $0?.values } == [[1], [0, 0]])
    #expect(throws: TensorError.self) { try tape.gradients(of: [loss], with: [x, y]) }
  }

  @Test func recordingIsOnInsideNoGrad() throws {
    let slope = try noGrad {
      try withGradientTape { tape in
        let x = tape.watch(Tensor([3.0]))
        return try tape.gradient(of: (x * x).sum(), with: x)
      }
    }
    #expect(slope.values == [6])
  }

  @Test func higherDerivatives() throws {
    let outer = GradientTape()
    let x = outer.watch(Tensor([3.0]))
    let slope = try outer.record {
      let inner = GradientTape()
      let y = inner.record { (x * x * x).sum() }
      return try inner.gradient(of: y, with: x, createGraph: true)
    }
    #expect(try outer.gradient(of: slope.sum(), with: x).values == [18])
  }

  @Test func watchingARecordedTensorKeepsItsHistory() throws {
    let x = Tensor([3.0]).requiringGrad()
    let tape = GradientTape(persistent: true)
    let y = tape.watch(x * 2)
    let z = tape.record { (y * y).sum() }
    #expect(try tape.gradient(of: z, with: y).values == [12])
    #expect(try tape.gradient(of: z, with: x).values == [24])
  }

  @Test func aFailedRequestMayBeRepeated() throws {
    let tape = GradientTape()
    let x = tape.watch(Tensor([3.0, 4]))
    let y = tape.record { x * x }
    #expect(throws: TensorError.self) { try tape.gradient(of: y, with: x) }  // more than one element
    #expect(try tape.gradient(of: y, with: x, seed: Tensor([1.0, 1])).values == [6, 8])
  }
}
