import Testing
import Weft

@Suite struct ModuleCopyTests {
  private final class Net: Module {
    let embedding = Embedding(3, 2)
    let head = Linear(2, 3, bias: false)
    let norm = BatchNorm1d(3)
    let drop: Dropout

    init(tied: Bool = true, drop: Double = 0.5) {
      self.drop = Dropout(drop)
      super.init()
      if tied { head.weight = embedding.weight }
    }
    override func forward(_ x: Tensor) -> Tensor { drop(norm(head(embedding(x)))) }
  }

  @Test func aCopyHasEverythingAndSharesNothing() throws {
    let model = Net()
    _ = model(Tensor([0, 1, 2, 2]))
    model.convert(to: .float64)
    model.norm.eval()
    model.freeze { $0 == "norm.bias" }
    let copy = try Net().copyState(from: model)
    #expect(copy.head.weight === copy.embedding.weight)
    #expect(copy.head.weight !== model.head.weight)
    #expect(!copy.norm.isTraining && copy.drop.isTraining)
    #expect(copy.parameters().map(\.requiresGrad) == [true, true, false])
    #expect(copy.parameters().allSatisfy { $0.value.dtype == .float64 })
    let x = Tensor([1, 2])
    let expected = model.eval()(x)
    #expect(copy.eval()(x).isClose(to: expected, relative: 0, absolute: 0))
    // Training the original does not reach the copy.
    let optimizer = SGD(model.parameters().filter(\.requiresGrad), learningRate: 0.1)
    model.train()(Tensor([0, 1, 2])).sum().backward()
    optimizer.step()
    #expect(copy(x).isClose(to: expected, relative: 0, absolute: 0))
    #expect(!model.eval()(x).isClose(to: expected, relative: 0, absolute: 0))
  }

  @Test func modelsThatDifferAreRefused() throws {
    let error = try #require(throws: TensorError.self) { try Net(tied: false).copyState(from: Net()) }
    #expect(
      error.description
        == "[Net.copyState]: expected a model with head.weight [3, 2], got norm.weight [3]")
    #expect(throws: TensorError.self) { try Linear(2, 3).copyState(from: Linear(3, 2)) }
    #expect(throws: TensorError.self) { try Linear(2, 3).copyState(from: Linear(2, 3, bias: false)) }
  }

  @Test func otherPartsAreRefused() throws {
    let error = try #require(throws: TensorError.self) {
      try Sequential([Linear(2, 2), ReLU()]).copyState(from: Sequential([Linear(2, 2), Tanh()]))
    }
    #expect(error.description == "[Sequential.copyState]: expected a model with a ReLU in 1, got a Tanh")
  }

  /// A copy of each ready model gives its numbers, in training (but for what is drawn) and evaluation, and learns alone.
  @Test(arguments: ReadyModels.all.map(\.0))
  func readyModelsAreCopied(_ name: String) throws {
    let make = try #require(ReadyModels.all.first { $0.0 == name }).1
    let (model, input) = make()
    _ = model(input)
    model.freeze { $0.hasSuffix("bias") }
    let (copy, _) = make()
    try copy.copyState(from: model)
    for (own, other) in zip(model.namedModules(), copy.namedModules()) { #expect(own.module !== other.module) }
    for (own, other) in zip(model.parameters(), copy.parameters()) {
      #expect(own !== other && own.requiresGrad == other.requiresGrad)
      #expect(own.value.elementsEqual(other.value))
    }
    let expected = model.eval()(input)
    #expect(copy.eval()(input).elementsEqual(expected))
    Random.withSeed(3) { model.train()(input) }.sum().backward()
    SGD(model.parameters().filter { $0.requiresGrad && $0.grad != nil }, learningRate: 0.1).step()
    #expect(copy(input).elementsEqual(expected))
    #expect(copy.parameters().allSatisfy { $0.grad == nil })
  }
}
