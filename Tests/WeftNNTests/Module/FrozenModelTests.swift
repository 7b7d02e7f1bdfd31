import Foundation
import Testing
import Weft

@Suite struct FrozenModelTests {
  /// To the bit, on other numbers than it was frozen with, and whatever the mode it was in.
  @Test(arguments: ReadyModels.all.indices) func answersAsTheModelDoes(_ index: Int) throws {
    let (name, make) = ReadyModels.all[index]
    let (model, example) = make()
    // Statistics that are not those of the start.
    if example.dtype.isFloatingPoint { _ = noGrad { model(example) } }
    let frozen = try model.frozen(for: example, isExact: true)
    #expect(model.isTraining, "\(name)")
    let other = example.flipped(axes: [0, example.rank - 1]).contiguous()
    model.eval()
    let right = noGrad { model(other) }
    #expect(try frozen(other).elementsEqual(right), "\(name)")
  }

  /// Batches of one, of a size that was recorded, and of others.
  @Test(arguments: ReadyModels.all.indices) func answersBatchesOfAnySize(_ index: Int) throws {
    let (name, make) = ReadyModels.all[index]
    let (model, example) = make()
    if example.dtype.isFloatingPoint { _ = noGrad { model(example) } }
    let frozen = try model.frozen(forBatchesOf: example, isExact: true)
    model.eval()
    for size in [1, 3, 4, 9] {
      let rows = Tensor((0..<size).map { ($0 + 1) % example.shape[0] })
      let batch = example.indexSelected(rows, axis: 0).flipped(axes: [example.rank - 1]).contiguous()
      #expect(try frozen(batch).elementsEqual(noGrad { model(batch) }), "\(name), \(size)")
    }
    #expect(throws: TensorError.self) { try frozen(example.sliced(axis: 0, to: 0)) }
    #expect(throws: TensorError.self) { try frozen(example.unsqueezed(0)) }
  }

  /// A misuse is told with the example's shape, not with one of the batches that are recorded.
  @Test func examplesThatDoNotFit() throws {
    let image = Sequential {
      Flatten(); Linear(12, 3)
    }
    let wrong = #expect(throws: TensorError.self) { try image.frozen(forBatchesOf: Tensor(zeros: [1, 3, 3])) }
    #expect(wrong?.description.contains("[1, 9]") == true, "\(wrong?.description ?? "")")
    // As an image of one channel it is right, as a batch of them it is not.
    let unbatched = Conv2d(1, 2, kernelSize: 3)
    let channels = #expect(throws: TensorError.self) { try unbatched.frozen(forBatchesOf: Tensor(zeros: [1, 5, 5])) }
    #expect(channels?.hint.contains("its first axis, which is the batch") == true, "\(channels?.description ?? "")")
  }

  /// Batch normalizations become parts of the products before them.
  @Test func normalizationsAreFolded() throws {
    let model = Sequential {
      Conv2d(3, 4, kernelSize: 3, bias: false); BatchNorm2d(4); ReLU(); Conv2d(4, 4, kernelSize: 1); BatchNorm2d(4)
      Flatten(); Linear(4 * 36, 5); BatchNorm1d(5); BatchNorm1d(5)
    }
    let x = ReadyModels.images(6, 3, 8, 8)
    for _ in 0..<5 { _ = noGrad { model(x * 3 + 1) } }
    for (name, parameter) in model.namedParameters() where parameter.shape.rank == 1 {
      parameter.value = Tensor(
        uniform: parameter.shape, low: 0.5, high: 2, using: RandomStream(seed: UInt64(name.count)))
    }
    let folded = try [model.frozen(for: x), model.frozen(forBatchesOf: x)]
    let profile = try profile { _ = try folded[1](x) }
    #expect(!profile.description.contains("affine"))
    let right = noGrad { model.eval()(x) }
    for folded in folded {
      #expect(try folded(x).isClose(to: right, relative: 1e-4, absolute: 1e-5))
      #expect(try !folded(x).elementsEqual(right))
    }
    #expect(try model.frozen(forBatchesOf: x, isExact: true)(x).elementsEqual(right))
  }

  @Test func normalizationsOfAllKindsOfProductsAreFolded() throws {
    let models: [(Module, Tensor)] = [
      (
        Sequential {
          Conv1d(4, 6, kernelSize: 3, groups: 2); BatchNorm1d(6)
        }, ReadyModels.images(2, 4, 5)
      ),
      (
        Sequential {
          Conv2d(4, 4, kernelSize: 3, groups: 4); BatchNorm2d(4, affine: false)
        }, ReadyModels.images(2, 4, 5, 5)
      ),
      (
        Sequential {
          Conv3d(2, 3, kernelSize: 2); BatchNorm3d(3)
        }, ReadyModels.images(2, 2, 3, 3, 3)
      ),
      (
        Sequential {
          Linear(4, 3); BatchNorm1d(3)
        }, ReadyModels.images(2, 4)
      ),
    ]
    for (model, x) in models {
      _ = noGrad { model(x * 2 - 1) }
      let frozen = try model.frozen(forBatchesOf: x)
      let profile = try profile { _ = try frozen(x) }
      #expect(!profile.description.contains("affine"), "\(model)")
      #expect(try frozen(x).isClose(to: noGrad { model.eval()(x) }, relative: 1e-4, absolute: 1e-5), "\(model)")
    }
  }

  /// A product that somebody else reads too, or that is a result, stays as it is.
  @Test func whatIsReadTwiceIsNotFolded() throws {
    let (conv, norm, x) = (Conv2d(2, 3, kernelSize: 1), BatchNorm2d(3), ReadyModels.images(2, 2, 3, 3))
    let model = Sequential {
      conv; norm
    }
    _ = noGrad { model(x * 3) }
    let bodies: [([Tensor]) -> [Tensor]] = [
      { inputs in
        let y = conv(inputs[0])
        return [norm(y) + y]
      },
      { inputs in
        let y = conv(inputs[0])
        return [norm(y), y]
      },
    ]
    for body in bodies {
      let frozen = try model.frozen(forBatchesOf: [x], body)
      model.eval()
      #expect(try zip(frozen.run([x]), noGrad { body([x]) }).allSatisfy { $0.elementsEqual($1) })
      model.train()
    }
  }

  /// A weight that is made of others is computed when the model is frozen.
  @Test func parametrizedWeightsAreFrozen() throws {
    let model = Sequential {
      Linear(4, 3).weightNormalized(); Linear(3, 2)
    }
    let x = ReadyModels.images(2, 4)
    let frozen = try model.frozen(forBatchesOf: x, isExact: true)
    #expect(try frozen(x).elementsEqual(noGrad { model(x) }))
    let profile = try profile { _ = try frozen(x) }
    #expect(!profile.description.contains("norm"), "\(profile)")
  }

  @Test func aFrozenModelStaysAsItWas() throws {
    let model = Sequential {
      Linear(3, 4); BatchNorm1d(4); ReLU(); Dropout(0.5); Linear(4, 2)
    }
    let x = ReadyModels.images(8, 3)
    let frozen = try model.frozen(for: x)
    let before = try frozen(x)
    let optimizer = SGD(model.parameters(), learningRate: 0.5)
    for _ in 0..<3 {
      model(x).squared().mean().backward()
      optimizer.step()
      optimizer.zeroGrad()
    }
    #expect(try frozen(x).elementsEqual(before))
    #expect(!before.elementsEqual(model.eval()(x)))
  }

  @Test func eachPartKeepsItsMode() throws {
    let model = Sequential {
      Linear(2, 2); Dropout(0.5)
    }
    model[1].eval()
    _ = try model.frozen(for: ReadyModels.images(1, 2))
    #expect(model.isTraining && model[0].isTraining && !model[1].isTraining)
    #expect(throws: TensorError.self) { try model.frozen(for: ReadyModels.images(1, 3)) }
    #expect(model.isTraining && model[0].isTraining && !model[1].isTraining)
  }

  @Test func eachShapeHasItsProgram() throws {
    let frozen = try Linear(3, 2).frozen(for: ReadyModels.images(1, 3), ReadyModels.images(4, 3))
    #expect(try frozen(ReadyModels.images(1, 3)).shape == [1, 2] && frozen(ReadyModels.images(4, 3)).shape == [4, 2])
    let error = try #require(throws: TensorError.self) { try frozen(ReadyModels.images(2, 3)) }
    #expect(
      error.description == """
        [frozen]: expected float32 [1, 3] or float32 [4, 3], got float32 [2, 3]
          input 0: float32 [2, 3]
          hint: `frozen(forBatchesOf:)` takes any number of examples at once
        """)
    #expect(throws: TensorError.self) { try Linear(3, 2).frozen(for: [], { $0 }) }
  }

  @Test func severalInputsAndResults() throws {
    let model = BERT(
      vocabularySize: 20, maxPositions: 8, numLayers: 1, numHeads: 2, embedDim: 8, dimFeedforward: 16)
    let (tokens, mask) = (ReadyModels.tokens(2, 5), Tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]))
    let frozen = try model.frozen(for: [[tokens, mask]]) { inputs in
      let (states, pooled) = model(inputs[0], attentionMask: inputs[1])
      return [states, pooled].compactMap { $0 }
    }
    model.eval()
    let right = model(tokens, attentionMask: mask.flipped(axes: [0]))
    let found = try frozen.run([tokens, mask.flipped(axes: [0])])
    #expect(found[0].elementsEqual(right.states) && found.count == 2)
  }

  /// Weights are cast once, when the model is frozen.
  @Test func mixedPrecisionIsFrozenToo() throws {
    let (model, x) = (
      Sequential {
        Linear(8, 4); ReLU(); Linear(4, 2)
      }, ReadyModels.images(3, 8)
    )
    let frozen = try autocast { try model.frozen(for: x) }
    let right = autocast { model(x) }
    #expect(try frozen(x).elementsEqual(right) && right.dtype == .bfloat16)
    #expect(try autocast { try frozen(x) }.elementsEqual(right))
  }

  /// A frozen model is recorded like a model, its weights as constants.
  @Test func aFrozenModelMayBeAPartOfAnother() throws {
    let (first, second, x) = (Linear(3, 4), Linear(4, 2), ReadyModels.images(5, 3))
    let part = try first.frozen(forBatchesOf: x)
    let whole = try second.frozen(forBatchesOf: [x]) { [second(try part($0[0]))] }
    let other = ReadyModels.images(7, 3)
    #expect(try whole(other).elementsEqual(second(first(other))))
    #expect(try whole.program(for: other).steps.count == 2)
  }

  @Test func aFrozenModelKeepsTheLimitOfMemory() async {
    await #expect(processExitsWith: .success) {
      let frozen = try Linear(3, 1024).frozen(forBatchesOf: Tensor(ones: [1, 3]))
      let x = Tensor(ones: [4096, 3])
      Memory.limit = Memory.stats.live + (8 << 20)
      let error = #expect(throws: TensorError.self) { try frozen(x) }
      #expect(error?.code == .outOfMemory)
    }
  }

  @Test func weightsHaveTheirNames() throws {
    let model = Sequential {
      Linear(3, 2); ReLU()
    }
    let program = try model.frozen(for: ReadyModels.images(1, 3)).program(for: ReadyModels.images(1, 3))
    #expect(
      program.description == """
        input  %0: float32 [1, 3]
        %3 = linear(%0, %1 0.weight, %2 0.bias): float32 [1, 2]  in 0
        %4 = relu(%3): float32 [1, 2]  in 1
        result %4
        """)
  }

  /// Written to a file and read back, each answers as before, for batches of other sizes too.
  @Test(arguments: ReadyModels.all.indices) func aFileHoldsAModel(_ index: Int) throws {
    let (name, make) = ReadyModels.all[index]
    let (model, example) = make()
    for frozen in try [model.frozen(for: example), model.frozen(forBatchesOf: example)] {
      let data = try JSONEncoder().encode(frozen)
      let read = try JSONDecoder().decode(FrozenModel.self, from: data)
      #expect(try read(example).elementsEqual(frozen(example)), "\(name)")
      guard let single = try? frozen(example.sliced(axis: 0, to: 1)) else { continue }
      #expect(try read(example.sliced(axis: 0, to: 1)).elementsEqual(single), "\(name)")
    }
  }

  /// A model that keeps a state of its own would not be the same the next time.
  @Test func whatAModelRemembersIsRefused() throws {
    let model = GPT(vocabularySize: 20, contextLength: 8, numLayers: 1, numHeads: 2, embedDim: 8)
    let cache = KeyValueCache(numLayers: 1)
    let error = try #require(throws: TensorError.self) {
      try model.frozen(for: [[ReadyModels.tokens(1, 2)]]) { [model($0[0], cache: cache)] }
    }
    #expect(error.operation == "recording")
    let counting = Counting()
    #expect(throws: TensorError.self) { try counting.frozen(for: ReadyModels.images(1, 2)) }
  }
}

private final class Counting: Module {
  var calls = Buffer(Tensor(zeros: []))
  override func forward(_ input: Tensor) -> Tensor {
    calls.value = calls.value + 1
    return input * 2
  }
}
