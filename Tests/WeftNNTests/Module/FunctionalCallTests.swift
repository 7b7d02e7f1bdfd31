import Testing
import Weft

@Suite struct FunctionalCallTests {
  private let model = Sequential {
    Linear(3, 4)
    Tanh()
    Linear(4, 2)
  }
  private let x = Tensor((0..<15).map { Double($0) / 10 - 0.7 }, shape: [5, 3])
  private let labels = Tensor([0, 1, 1, 0, 1])

  private var names: [String] { model.namedParameters().map(\.name) }
  private var weights: [Tensor] { model.namedParameters().map(\.parameter.value) }

  private func named(_ weights: [Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(names, weights))
  }

  @Test func theModelIsAFunctionOfItsWeights() throws {
    let before = model(x)
    let doubled = try functionalCall(model, named(weights.map { $0 * 2 }), x)
    let expected = linear(
      linear(x, weight: weights[0] * 2, bias: weights[1] * 2).tanh(), weight: weights[2] * 2, bias: weights[3] * 2)
    #expect(doubled.isClose(to: expected, relative: 1e-6))
    #expect(model(x).elementsEqual(before))
  }

  @Test func whatIsLeftOutKeepsItsValue() throws {
    let result = try functionalCall(model, ["2.bias": Tensor([10, 20])], x)
    let expected = model(x) - weights[3] + Tensor([10, 20])
    #expect(result.isClose(to: expected, relative: 1e-5, absolute: 1e-5))
  }

  @Test func aTiedWeightIsGivenByAnyOfItsNames() throws {
    let model = GPT(vocabularySize: 5, contextLength: 4, numLayers: 1, numHeads: 1, embedDim: 2)
    let tokens = Tensor([[1, 2]])
    let value = model.wte.weight.value * 2
    let first = try functionalCall(model, ["transformer.wte.weight": value], tokens)
    #expect(try functionalCall(model, ["lm_head.weight": value], tokens).isClose(to: first))
    #expect(!model(tokens).isClose(to: first))
    let error = try #require(throws: TensorError.self) {
      try functionalCall(model, ["lm_head.weight": value, "transformer.wte.weight": value], tokens)
    }
    #expect(
      error.description
        == "[functionalCall]: expected one value for a tied weight, got 'transformer.wte.weight' and 'lm_head.weight'")
  }

  @Test func unknownNamesAndShapesAreRefused() {
    #expect(throws: TensorError.self) { try functionalCall(model, ["1.weight": Tensor([1])], x) }
    #expect(throws: TensorError.self) { try functionalCall(model, ["2.bias": Tensor([1, 2, 3])], x) }
  }

  @Test func gradientsForEachExample() throws {
    let weights = weights
    let perExample = try vmap(over: weights + [x, labels], axes: weights.map { _ in nil } + [0, 0]) { all in
      let (x, label) = (all[4].unsqueezed(0), all[5].unsqueezed(0))
      return try valueAndGrad(at: Array(all.prefix(4))) { weights in
        try functionalCall(model, named(weights)) { crossEntropy(model(x), classIndices: label) }
      }.gradients
    }
    for example in 0..<5 {
      let loss = crossEntropy(model(x[example].unsqueezed(0)), classIndices: labels[example].unsqueezed(0))
      let expected = try grad(of: [loss], with: model.parameters().map(\.tensor))
      for (found, expected) in zip(perExample, expected) {
        #expect(found[example].isClose(to: try #require(expected), relative: 1e-5, absolute: 1e-6))
      }
    }
  }

  @Test func hessianTimesVectorInTheSpaceOfWeights() throws {
    model.convert(to: .float64)
    let (x, weights) = (x.converted(to: .float64), weights)
    let loss = { (weights: [Tensor]) in
      try functionalCall(model, named(weights)) { crossEntropy(model(x), classIndices: labels) }
    }
    let directions = weights.map { $0.onesLike() }
    let products = try hessianVectorProduct(at: weights, along: directions, loss).products
    let step = 1e-5
    let ahead = try valueAndGrad(at: weights.map { $0 + step }, loss).gradients
    let behind = try valueAndGrad(at: weights.map { $0 - step }, loss).gradients
    for (product, (ahead, behind)) in zip(products, zip(ahead, behind)) {
      #expect(product.isClose(to: (ahead - behind) / (2 * step), relative: 1e-6, absolute: 1e-8))
    }
  }

  /// The backward pass runs the body again after `functionalCall` has returned: with the same values all the same.
  @Test func aCheckpointKeepsTheValuesGiven() throws {
    let given = weights.map { $0 * 1.5 }
    let gradients = try [true, false].map { saves in
      try valueAndGrad(at: given) { weights in
        try functionalCall(model, named(weights)) {
          saves ? model(x).squared().sum() : checkpoint { model(x).squared().sum() }
        }
      }.gradients
    }
    for (kept, again) in zip(gradients[0], gradients[1]) { #expect(kept.isClose(to: again, relative: 1e-6)) }
  }

  /// The estimates of a spectral norm are buffers written in the forward pass: nothing of a transform may stay in them.
  @Test func layersWorkAfterATransform() throws {
    let layer = Linear(3, 2)
    layer.spectrallyNormalized()
    let names = layer.namedParameters().map(\.name)
    let weights = layer.namedParameters().map(\.parameter.value)
    _ = try jvp(at: weights, along: weights) { weights in
      try functionalCall(layer, Dictionary(uniqueKeysWithValues: zip(names, weights))) { layer(x).sum() }
    }
    #expect(layer(x).shape == [5, 2])
    _ = try vmap(over: [x]) { [layer($0[0])] }
    #expect(layer(x).shape == [5, 2])
  }

  @Test func runningStatisticsOfABatchAreRefused() throws {
    let layer = BatchNorm1d(3)
    #expect(throws: TensorError.self) { try vmap(over: [x.unsqueezed(1)]) { [layer($0[0])] } }
    #expect(layer.numBatchesTracked?.value.item() == 0)
    layer.eval()
    #expect(try vmap(over: [x.unsqueezed(1)]) { [layer($0[0])] }[0].shape == [5, 1, 3])
  }
}
