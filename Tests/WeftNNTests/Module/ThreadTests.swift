import Dispatch
import Testing
import Weft

/// What a program does on several threads at once. Under the thread sanitizer (`make check-threads`) nothing is reported.
@Suite struct ThreadTests {
  /// Runs `body` on as many threads at once.
  private func onThreads<Value: Sendable>(_ count: Int = 4, _ body: @Sendable (Int) -> Value) -> [Value] {
    nonisolated(unsafe) let values = UnsafeMutableBufferPointer<Value?>.allocate(capacity: count)
    values.initialize(repeating: nil)
    defer {
      values.deinitialize()
      values.deallocate()
    }
    DispatchQueue.concurrentPerform(iterations: count) { values[$0] = body($0) }
    return values.compactMap { $0 }
  }

  private static let tokens = Tensor((0..<32).map { $0 % 13 }, shape: [2, 16])

  /// Models of every family of kernels, and what they are called with.
  private static func family(_ name: String) -> (model: Module, input: Tensor) {
    switch name {
    case "LeNet": (LeNet(), Tensor(ones: [4, 1, 32, 32]))
    case "ResNet": (ResNet(.resNet18, classes: 10, stem: .small, width: 8), Tensor(ones: [1, 3, 32, 32]))
    case "UNet": (UNet(classes: 2, width: 8), Tensor(ones: [1, 3, 32, 32]))
    case "GPT":
      (GPT(vocabularySize: 13, contextLength: 16, numLayers: 2, numHeads: 2, embedDim: 32), tokens)
    case "CharLSTM": (CharLSTM(tokens: 13, embedding: 32, hidden: 64), tokens)
    default:
      (
        Sequential {
          Linear(64, 256); LayerNorm(256); GELU(); Linear(256, 10); Softmax(axis: 1)
        }, Tensor(ones: [256, 64])
      )
    }
  }

  @Test(arguments: ["MLP", "LeNet", "ResNet", "UNet", "GPT", "CharLSTM"])
  func aSharedModelAnswersEveryThreadAlike(name: String) {
    let (model, input) = Self.family(name)
    nonisolated(unsafe) let shared = model.eval()
    for _ in 0..<3 {
      let answers = onThreads { _ in noGrad { shared(input) }.scalars(as: Float.self) }
      #expect(answers.allSatisfy { $0 == answers[0] })
    }
  }

  @Test(arguments: ["MLP", "LeNet", "UNet", "GPT", "CharLSTM"])
  func everyThreadTrainsAModelOfItsOwn(name: String) {
    let losses = onThreads { _ in
      Random.withSeed(3) {
        let (model, input) = Self.family(name)
        let optimizer = AdamW(model.parameters(), learningRate: 1e-3)
        return (0..<3).map { _ -> Double in
          optimizer.zeroGrad()
          let output = model(input)
          let loss = (output * output).mean()
          loss.backward()
          optimizer.step()
          return loss.item()
        }
      }
    }
    #expect(losses.allSatisfy { $0 == losses[0] })
  }

  @Test func everyCallInTrainingIsCountedInTheRunningStatistics() {
    nonisolated(unsafe) let layer = BatchNorm1d(4)
    _ = onThreads { _ in for _ in 0..<100 { _ = noGrad { layer(Tensor(ones: [3, 4])) } } }
    #expect(layer.numBatchesTracked?.value.item(as: Int.self) == 400)
    #expect(layer.runningMean?.value.scalars(as: Double.self).allSatisfy { abs($0 - 1) < 1e-5 } == true)
  }

  @Test func layersThatLearnByBeingCalledMayBeCalledAtOnce() {
    nonisolated(unsafe) let norm = InstanceNorm1d(3, trackRunningStats: true)
    nonisolated(unsafe) let linear = Linear(8, 8).spectrallyNormalized()
    let counts = onThreads { _ in
      for _ in 0..<50 {
        _ = norm(Tensor(ones: [2, 3, 4]))
        _ = linear(Tensor(ones: [1, 8]))
      }
      return 50
    }
    #expect(counts == [50, 50, 50, 50])
    #expect(norm.runningMean?.value.scalars(as: Double.self).allSatisfy { abs($0 - 1) < 1e-5 } == true)
  }

  @Test func gradientsOfSeveralThreadsAddUp() {
    let w = Tensor([1.0, 2.0]).requiringGrad()
    _ = onThreads { _ in for _ in 0..<500 { (w * 3).sum().backward() } }
    #expect(w.grad?.scalars(as: Float.self) == [6000, 6000])
  }

  @Test func severalThreadsMayGoBackThroughOneCheckpoint() throws {
    for _ in 0..<20 {
      let x = Tensor(ones: [64, 64]).requiringGrad()
      nonisolated(unsafe) let body = { (0..<20).reduce(x) { y, _ in y.tanh() } }
      let loss = checkpoint(body).sum()
      let gradients = try onThreads { _ in
        Result { try grad(of: [loss], with: [x], retainGraph: true)[0]?.scalars(as: Float.self) }
      }.map { try $0.get() }
      #expect(gradients.allSatisfy { $0 == gradients[0] })
    }
  }

  @Test func whatIsFoundOutAboutAFormulaServesEveryThread() {
    for round in 0..<20 {
      let formula = Formula { x in x * sigmoid(x) * Expression(Double(round)) }
      let x = Tensor(ones: [16])
      let values = onThreads { _ in
        var y = Tensor(zeros: [16])
        y.makeUnique()
        formula.write([], reading: [x], into: [y])
        return y.scalars(as: Float.self)
      }
      #expect(values.allSatisfy { $0 == values[0] })
    }
  }

  /// Blocks of memory go from thread to thread.
  @Test func tensorsAreLetGoOfByOtherThreadsThanMadeThem() {
    var tensors = (0..<4).map { Tensor(full: [5000], Double($0)) }
    for _ in 0..<50 {
      let made = tensors
      tensors = onThreads { thread in made[(thread + 1) % 4] + 1 }
    }
    #expect(tensors.map { $0.scalars(as: Double.self)[0] }.sorted() == [50, 51, 52, 53])
  }

  /// The sanitizers hold allocations to the letter of the standard.
  @Test func memoryOfEverySizeIsGiven() {
    for megabytes in [2.0, 2.5, 3, 3.5, 5, 6, 7] {
      #expect(Tensor(ones: [Int(megabytes * 0x1p18) - 9]).sum().item() == megabytes * 0x1p18 - 9)
    }
  }

  @Test func drawsOfSeveralThreadsDiffer() {
    let streams = onThreads { _ in (0..<200).map { _ in Random.nextStream() } }
    #expect(Set(streams.flatMap { $0 }).count == 800)
  }

  @Test func functionsOfEveryLibraryRunOnEveryThread() {
    let square = Tensor((0..<400).map { Double(($0 * 37) % 101) / 101 }, shape: [20, 20])
    let results = onThreads { _ -> [Float] in
      var values: [Float] = []
      for _ in 0..<3 {
        values += (square.matmul(square) + Tensor(eye: 20)).inverse().scalars(as: Float.self)
        values += square.sorted(axis: 1).values.scalars(as: Float.self)
        values += square.cumulativeSum(axis: 0).scalars(as: Float.self)
      }
      return values
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
