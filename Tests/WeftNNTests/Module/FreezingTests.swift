import Synchronization
import Testing
import Weft

@Suite struct FreezingTests {
  private final class Count: Sendable {
    private let value = Mutex(0)
    func add() { value.withLock { $0 += 1 } }
    var present: Int { value.withLock { $0 } }
  }

  @Test func aGradientAndHooksOutlastATimeOfFreezing() {
    let parameter = Parameter(Tensor([2.0]))
    let (hooks, finals) = (Count(), Count())
    let handle = parameter.tensor.registerHook { gradient in
      hooks.add()
      return gradient * 10
    }
    parameter.tensor.registerFinalGradientHook { _ in finals.add() }
    (parameter.tensor * 3).sum().backward()
    parameter.requiresGrad = false
    #expect(!parameter.tensor.requiresGrad && parameter.grad?.item() == 30)
    parameter.value = Tensor([5.0])
    parameter.requiresGrad = true
    (parameter.tensor * 3).sum().backward()
    #expect(parameter.grad?.item() == 60 && hooks.present == 2 && finals.present == 2)
    handle.remove()
    (parameter.tensor * 3).sum().backward()
    #expect(parameter.grad?.item() == 63 && hooks.present == 2 && finals.present == 3)
    parameter.requiresGrad = false
    parameter.grad = nil
    #expect(parameter.grad == nil)
  }

  @Test func hooksOutlastAConversion() {
    for isFrozen in [false, true] {
      let model = Linear(1, 1, bias: false)
      model.weight.value = Tensor([[2.0]])
      let finals = Count()
      let handle = model.weight.tensor.registerHook { $0 * 10 }
      model.weight.tensor.registerFinalGradientHook { _ in finals.add() }
      if isFrozen { model.freeze() }
      model.convert(to: .float64)
      #expect(model.weight.requiresGrad == !isFrozen)
      model.unfreeze()
      model(Tensor([[3.0]], dtype: .float64)).sum().backward()
      #expect(model.weight.grad?.item() == 30 && finals.present == 1)
      handle.remove()
      model(Tensor([[3.0]], dtype: .float64)).sum().backward()
      #expect(model.weight.grad?.item() == 33 && finals.present == 2)
    }
  }

  /// The error of a backward pass, without its place.
  private func got(_ body: () -> Tensor) -> String {
    #expect(throws: TensorError.self) { try withTensorErrors { body().backward() } }?.got ?? ""
  }

  @Test func aLossOfFrozenParametersSaysSo() {
    let model = Sequential {
      Linear(2, 3)
      ReLU()
      Linear(3, 1)
    }
    model.freeze()
    #expect(
      got { meanSquaredError(model(Tensor(ones: [4, 2])), Tensor(zeros: [4, 1])) }
        == "none: every parameter of Sequential is frozen (4 of 4; `unfreeze()` lets them learn)")
    model.unfreeze { $0.hasPrefix("0.") }
    #expect(
      got { model[2](Tensor(ones: [4, 3])).sum() }
        == "none: the parameters of Sequential it was made from are frozen (2 of 4; `unfreeze()` lets them learn)")
    model.convert(to: .float64)
    #expect(got { model[2](Tensor(ones: [4, 3], dtype: .float64)).sum() }.contains("(2 of 4;"))
    let single = Parameter(Tensor([1.0]), name: "scale")
    single.requiresGrad = false
    single.value = Tensor([2.0])
    #expect(
      got { single.tensor.sum() } == "none: the parameter `scale` it was made from is frozen (`requiresGrad` is false)")
  }

  @Test func theValueOfAParameterIsNamedAsTheEndOfItsHistory() {
    let parameter = Parameter(Tensor([1.0]))
    #expect(
      got { parameter.value.exp().sum() } == "none: it was made from `value` of a parameter: `tensor` has its history")
    var leaf = Tensor([1.0]).requiringGrad()
    leaf.requiresGrad = false
    #expect(
      got { leaf.exp().sum() }
        == "none: its history was let go of by `requiresGrad = false` of a tensor it was made from")
  }

  @Test func aParameterMadeFrozenLearnsWhenItIsToldTo() {
    let parameter = Parameter(Tensor([1.0]))
    parameter.requiresGrad = false
    #expect(parameter.grad == nil)
    parameter.grad = Tensor([4.0])  // kept for when it learns again
    parameter.requiresGrad = true
    (parameter.tensor * 2).sum().backward()
    #expect(parameter.grad?.item() == 6)
  }
}
