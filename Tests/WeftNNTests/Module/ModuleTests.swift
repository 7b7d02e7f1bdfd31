import Testing
import Weft

@Suite struct ModuleTests {
  private final class Nested: Module {
    let first = Linear(2, 2, bias: false)
    let byName: [String: Linear] = ["b": Linear(2, 1), "a": Linear(2, 1, bias: false)]
    let list = [Linear(2, 3, bias: false), Linear(3, 2, bias: false)]
    let present: Linear? = Linear(1, 1, bias: false)
    let absent: Linear? = nil
    let scale = Parameter(Tensor(1.0))
    let lastSeen = Buffer(Tensor(0.0))
    let parts = [Parameter(Tensor(1.0)), Parameter(Tensor(2.0))]
    let width = 3
  }

  @Test func membersAreFoundInContainersAndNamedInSnakeCase() {
    let module = Nested()
    #expect(
      module.namedParameters().map(\.name) == [
        "first.weight", "by_name.a.weight", "by_name.b.weight", "by_name.b.bias", "list.0.weight", "list.1.weight",
        "present.weight", "scale", "parts.0", "parts.1",
      ])
    #expect(module.namedBuffers().map(\.name) == ["last_seen"])
    #expect(
      module.namedModules().map(\.name) == ["", "first", "by_name.a", "by_name.b", "list.0", "list.1", "present"])
    #expect(module.parameterCount == 4 + 2 + 3 + 6 + 6 + 1 + 1 + 2)
  }

  private final class Tied: Module {
    let embedding = Embedding(5, 3)
    let head = Linear(3, 5, bias: false)

    override init() {
      super.init()
      head.weight = embedding.weight
    }

    override func forward(_ tokens: Tensor) -> Tensor { head(embedding(tokens)) }
  }

  @Test func aTiedWeightCountsOnceAndGetsBothGradients() {
    let model = Tied()
    #expect(model.namedParameters().map(\.name) == ["embedding.weight"])
    #expect(model.parameterCount == 15)
    model(Tensor([2])).sum().backward()
    let gradient = model.embedding.weight.grad
    #expect(gradient?.shape == [5, 3])
    // As the head's weight every row got the embedding; row 2 also got the sum of the head's rows.
    let row = model.embedding.weight.value.scalars(as: Double.self)
    let got = gradient?.scalars(as: Double.self) ?? []
    #expect(abs(got[0] - row[6]) < 1e-6)
    #expect(abs(got[6] - row[6] - (row[0] + row[3] + row[6] + row[9] + row[12])) < 1e-5)
  }

  @Test func aModuleUsedTwiceIsNamedByItsFirstPlace() {
    let shared = Linear(2, 2)
    let model = Sequential {
      shared; Identity(); shared
    }
    #expect(model.namedParameters().map(\.name) == ["0.weight", "0.bias"])
    _ = model(Tensor(zeros: [1, 2]))
    #expect(shared.path == "0")
  }

  @Test func frozenParametersGetNoGradient() {
    let model = Sequential {
      Linear(2, 3); Linear(3, 1)
    }
    model.freeze { $0.hasPrefix("0.") }
    #expect(model.namedParameters().filter(\.parameter.requiresGrad).map(\.name) == ["1.weight", "1.bias"])
    model(Tensor(ones: [1, 2])).sum().backward()
    #expect(model.namedParameters().filter { $0.parameter.grad != nil }.map(\.name) == ["1.weight", "1.bias"])
    model.unfreeze()
    #expect(model.parameters().allSatisfy { $0.requiresGrad })
  }

  private final class Swapped: Module {
    var head: Module = Linear(2, 3)
    override func forward(_ x: Tensor) -> Tensor { head(x) }
  }

  @Test func membersChangedLooksAgain() {
    let model = Swapped()
    #expect(model.namedParameters().map(\.name) == ["head.weight", "head.bias"])
    model.head = Sequential { Linear(2, 4, bias: false) }
    model.membersChanged()
    #expect(model.namedParameters().map(\.name) == ["head.0.weight"])
    _ = model(Tensor(zeros: [1, 2]))
    #expect((model.head as? Sequential)?[0].path == "head.0")
  }

  @Test func trainAndEvalReachEveryModule() {
    let model = Sequential {
      Linear(2, 2); Sequential { Identity() }
    }
    model.eval()
    #expect(model.namedModules().allSatisfy { !$0.module.isTraining })
    model.train()
    #expect(model.namedModules().allSatisfy { $0.module.isTraining })
  }

  @Test func conversionKeepsValuesAndLearning() {
    let model = Sequential {
      Linear(2, 3); Linear(3, 1)
    }
    let before = model.parameters().map { $0.value.scalars(as: Double.self) }
    model.freeze { $0 == "0.bias" }
    model.convert(to: .float64)
    #expect(model.parameters().allSatisfy { $0.value.dtype == .float64 })
    #expect(model.parameters().map { $0.value.scalars(as: Double.self) } == before)
    #expect(model.parameters().map(\.requiresGrad) == [true, false, true, true])
    #expect(model(Tensor([[1.0, 2]], dtype: .float64)).dtype == .float64)
  }

  @Test func aModuleWithoutASimpleForwardSaysSo() throws {
    let error = try #require(throws: TensorError.self) { try withTensorErrors { Nested()(Tensor(0.0)) } }
    #expect(
      error.description
        == "[Nested]: expected a module that maps one tensor to one tensor, got one with a forward pass of its own")
  }

  @Test func theOptimizerNamesParametersWithoutGradientByPath() throws {
    let model = Sequential {
      Linear(2, 3); Sequential { Linear(3, 1) }
    }
    let optimizer = SGD(model.parameters(), learningRate: 0.1)
    model[0](Tensor(ones: [1, 2])).sum().backward()
    model.eval()
    let error = try #require(throws: TensorError.self) { try withTensorErrors { optimizer.step() } }
    #expect(error.got == "none for 1.0.weight [1, 3], 1.0.bias [1]")
  }
}
