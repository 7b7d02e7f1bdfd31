import Testing
import Weft

@Suite struct ForwardHookTests {
  private let x = Tensor([[1.0, -2.0]])

  private func model() -> Sequential {
    let first = Linear(2, 2, bias: false)
    first.weight.value = Tensor([[1.0, 0], [0, 1]])
    return Sequential {
      first; ReLU()
    }
  }

  @Test func aHookSeesInputAndOutputUntilItIsRemoved() {
    let model = model()
    var seen: [(Tensor?, Tensor)] = []
    let handle = model[1].registerForwardHook { call in seen.append((call.input, call.output)) }
    _ = model(x)
    #expect(seen.count == 1)
    #expect(seen[0].0?.scalars(as: Double.self) == [1, -2])
    #expect(seen[0].1.scalars(as: Double.self) == [1, 0])
    handle.remove()
    handle.remove()
    _ = model(x)
    #expect(seen.count == 1)
  }

  @Test func hooksReplaceInputAndOutputInTheOrderOfRegistration() {
    let model = model()
    model[0].registerForwardPreHook { _, input in input + 1 }
    model[0].registerForwardPreHook { module, input in module.isTraining ? input * 2 : nil }
    let last = model[0].registerForwardHook { call -> Tensor? in call.output + 10 }
    model[0].registerForwardHook { call -> Tensor? in call.output * 2 }
    // ((x + 1) · 2 + 10) · 2
    #expect(model(x).scalars(as: Double.self) == [28, 16])
    last.remove()
    #expect(model(x).scalars(as: Double.self) == [8, 0])
    #expect(model.eval()(x).scalars(as: Double.self) == [4, 0])
  }

  @Test func gradientsGoThroughWhatAHookReturns() {
    let model = model()
    model[0].registerForwardHook { call -> Tensor? in call.output * 3 }
    let x = x.requiringGrad()
    model(x).sum().backward()
    #expect(x.grad?.scalars(as: Double.self) == [3, 0])
  }

  @Test func modulesCalledInAWayOfTheirOwnShowTheirOutputs() throws {
    let layer = LSTM(2, 3)
    var shapes: [[Shape]] = []
    layer.registerForwardHook { call in shapes.append(call.outputs.map(\.shape)) }
    _ = layer(Tensor(zeros: [4, 1, 2]), state: nil)
    #expect(shapes == [[[4, 1, 3], [1, 1, 3], [1, 1, 3]]])
    layer.registerForwardPreHook { _, input in input }
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { layer(Tensor(zeros: [4, 1, 2]), state: nil).output }
    }
    #expect(
      error.description
        == "[LSTM]: expected a hook after the call, as it is called in a way of its own, got one before it, of its "
        + "single input")
  }

  @Test func aSequentialShowsItsLayersAsWrittenAndANormalizationAlone() {
    let model = Sequential {
      ReLU(); MaxPool2d(2)
    }
    var shape: Shape?
    model[0].registerForwardHook { call in shape = call.output.shape }
    _ = model(Tensor(normal: [1, 1, 4, 4]))
    #expect(shape == [1, 1, 4, 4])

    let norm = BatchNorm2d(2)
    let images = Tensor(normal: [3, 2, 2, 2])
    let without = norm.rectified(images, adding: images)
    var lowest = 0.0
    norm.registerForwardHook { call in lowest = Double(call.output.min().item()) }
    #expect(norm.rectified(images, adding: images).isClose(to: without))
    #expect(lowest < 0)
  }
}
