import Testing
import Weft
import WeftONNX

@Suite struct ONNXModuleTests {
  @Test func initializersAreParametersByName() throws {
    let model = try Models.open("mlp")
    #expect(model.namedParameters().map(\.name) == ["w1", "b1", "w2", "b2"])
    #expect(!model.isTraining)
    let network = try Models.open("convolution")
    #expect(network.namedParameters().map(\.name) == ["w", "s", "b", "k", "c"])
    #expect(network.namedBuffers().map(\.name) == ["m", "v"])
    // Bounds, scales and sizes learn nothing.
    #expect(try Models.open("resize").parameters().isEmpty)
  }

  /// Two steps of gradient descent with rate 0.1 on the mean of the squares, as PyTorch 2.13 takes them.
  @Test func learns() throws {
    let model = try Models.open("mlp")
    let x = try #require(try Models.goldens("mlp").inputs["x"])
    let optimizer = SGD(model.parameters(), learningRate: 0.1)
    var losses: [Double] = []
    for _ in 0..<3 {
      let loss = model(x).squared().mean()
      losses.append(loss.item())
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    }
    for (loss, expected) in zip(losses, Self.losses) { #expect(abs(loss - expected) < 1e-5 * expected) }
  }

  private static let losses: [Double] = [14.20373821258545, 2.2692837715148926, 0.7061985731124878]

  @Test func frozenParametersStay() throws {
    let model = try Models.open("mlp")
    model.freeze { $0.hasSuffix("1") }
    let before = try #require(model.parameter(named: "w1")).value
    let x = try #require(try Models.goldens("mlp").inputs["x"])
    let optimizer = SGD(model.parameters(), learningRate: 0.1)
    model(x).squared().mean().backward()
    optimizer.step()
    #expect(try #require(model.parameter(named: "w1")).value.elementsEqual(before))
    #expect(try #require(model.parameter(named: "w1")).grad == nil)
    #expect(try #require(model.parameter(named: "w2")).grad != nil)
  }

  @Test func trainingSwitchesDropoutAndStatistics() throws {
    let model = try Models.open("mlp")
    let x = Tensor(ones: [64, 4])
    let still = model(x)
    #expect(model(x).elementsEqual(still))
    model.train()
    #expect(!model(x).elementsEqual(model(x)))
    model.eval()
    #expect(model(x).elementsEqual(still))

    let network = try Models.open("convolution")
    let images = try #require(try Models.goldens("convolution").inputs["x"])
    let mean = try #require(network.namedBuffers().first).buffer
    let before = mean.value
    _ = network(images)
    #expect(mean.value.elementsEqual(before))
    network.train()
    let convolved = try #require(try network.run(["x": images], outputs: ["c1"])["c1"]?.tensor)
    _ = network(images)
    // The node's momentum is 0.75.
    #expect(
      mean.value.isClose(to: before * 0.75 + convolved.mean(axes: [0, 2, 3]) * 0.25, relative: 1e-4, absolute: 1e-5))
  }

  @Test func innerValuesCarryANewHead() throws {
    let model = try Models.open("mlp")
    let x = try #require(try Models.goldens("mlp").inputs["x"])
    let features = try #require(try model.run(["x": x], outputs: ["a"])["a"]?.tensor)
    #expect(features.shape == [5, 8])
    let head = Linear(8, 2)
    head(features).sum().backward()
    #expect(try #require(model.parameter(named: "w1")).grad != nil)
    #expect(try #require(model.parameter(named: "w2")).grad == nil)
    #expect(model.valueNames.contains("h"))
  }

  @Test func loopsAndBranchesLearn() throws {
    let model = try Models.open("loop")
    let (inputs, _) = try Models.goldens("loop")
    let y = try #require(try model.run(inputs)["y"]?.tensor)
    y.sum().backward()
    let weight = try #require(model.parameter(named: "w"))
    #expect(weight.grad?.shape == [3, 3])
  }

  @Test func aDefaultIsUsedWhereNothingIsGiven() throws {
    let model = try Models.open("default")
    let x = Tensor([1.0, 1.0])
    let own = try #require(try model.run(["x": x])["y"]?.tensor)
    #expect(own.elementsEqual(try #require(model.parameter(named: "w")).value))
    #expect(
      try #require(try model.run(["x": x, "w": Tensor([2.0, 3.0])])["y"]?.tensor).scalars(as: Float.self) == [2, 3])
  }
}
