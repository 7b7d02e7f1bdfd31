import Dispatch
import Testing
import Weft

/// What is found out at a model's first call, from one thread or several.
@Suite struct FirstCallTests {
  private func model() -> Sequential {
    Sequential {
      Linear(3, 4); ReLU()
      Sequential {
        Linear(4, 4); BatchNorm1d(4)
      }
      Linear(4, 2)
    }
  }

  @Test func severalThreadsMayCallAFreshModel() {
    let x = Tensor(ones: [2, 3])
    for _ in 0..<300 {
      nonisolated(unsafe) let fresh = model()
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        if thread == 3 { _ = fresh.parameters() }
        #expect(noGrad { fresh(x) }.shape == [2, 2])
      }
      #expect(fresh.namedModules().map(\.module.path) == ["", "0", "1", "2", "2.0", "2.1", "3"])
      #expect(fresh.parameters().first?.path == "0.weight")
    }
  }

  @Test func severalThreadsMayAskForTheModeThatHolds() {
    let x = Tensor(ones: [2, 3])
    for _ in 0..<100 {
      nonisolated(unsafe) let fresh = model().eval()
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        #expect(noGrad { fresh.eval()(x) }.shape == [2, 2])
      }
    }
  }

  @Test func aPartThatWasCalledAloneIsNamedByTheModelAfterwards() {
    let inner = Sequential { Linear(2, 2) }
    _ = inner(Tensor(ones: [1, 2]))
    #expect(inner[0].path == "0")
    let outer = Sequential {
      Identity(); inner
    }
    _ = outer(Tensor(ones: [1, 2]))
    #expect(inner.path == "1")
    #expect(inner[0].path == "1.0")
    #expect(inner.parameters()[0].path == "1.0.weight")
  }

  private final class Plain {
    let linear = Linear(2, 2)
    let scale = Parameter(Tensor(ones: [2]))
  }

  private final class Hiding: Module {
    private let plain: Plain
    private let closed: (Tensor) -> Tensor
    let usesScale: Bool

    init(closure: Bool, scale: Bool = false) {
      let linear = Linear(2, 2)
      let plain = Plain()
      self.plain = plain
      closed = closure ? { linear($0) } : { scale ? $0 * plain.scale.tensor : plain.linear($0) }
      usesScale = scale
    }

    override func forward(_ x: Tensor) -> Tensor { closed(x) }
  }

  @Test func whatLearnsButIsNotHeldIsReportedAtTheFirstCall() throws {
    for (model, part) in [
      (Hiding(closure: true), "a Linear"), (Hiding(closure: false), "a Linear"),
      (Hiding(closure: false, scale: true), "a parameter of shape [2]"),
    ] {
      let error = try #require(throws: TensorError.self) { try withTensorErrors { model(Tensor(ones: [1, 2])) } }
      #expect(error.got == "\(part) held by a closure, a class that is no module, or nobody")
      #expect(
        error.description.hasPrefix(
          "[Hiding]: expected layers and parameters held by its stored properties, also in arrays, dictionaries, "
            + "optionals, tuples, structures and enumerations"))
    }
  }

  /// Branches that are taken later are looked at as well.
  @Test(arguments: ["closure", "class", "parameter"])
  func whatIsFirstUsedInALaterCallIsReportedThen(_ kind: String) throws {
    final class Late: Module {
      let linear = Linear(2, 2)
      let plain = Plain()
      private let hidden: [(Tensor) -> Tensor]
      private var calls = 0
      let kind: String

      init(_ kind: String) {
        let own = Sequential { Linear(2, 2) }
        hidden = [{ own($0) }]
        self.kind = kind
      }

      override func forward(_ x: Tensor) -> Tensor {
        calls += 1
        let y = ReLU()(linear(x))
        if calls < 3 { return y }
        return kind == "closure" ? hidden[0](y) : kind == "class" ? plain.linear(y) : y * plain.scale.tensor
      }
    }
    let model = Late(kind)
    let x = Tensor(ones: [1, 2])
    for _ in 0..<2 { _ = try withTensorErrors { model(x) } }
    let error = try #require(throws: TensorError.self) { try withTensorErrors { model(x) } }
    let part = ["closure": "a Sequential", "class": "a Linear", "parameter": "a parameter of shape [2]"][kind] ?? ""
    #expect(error.got == "\(part) held by a closure, a class that is no module, or nobody")
    // Inside another model too, and without a gradient not at all.
    let outer = Sequential { Late(kind) }
    for _ in 0..<2 { _ = outer(x) }
    _ = noGrad { outer(x) }
    let inner = Sequential { Late(kind) }
    for _ in 0..<2 { _ = inner(x) }
    #expect(throws: TensorError.self) { try withTensorErrors { inner(x) } }
  }

  @Test func whatDoesNotLearnMayBeHeldByAnybody() throws {
    let teacher = Linear(2, 2)
    teacher.freeze()
    final class Student: Module {
      let linear = Linear(2, 2)
      let teacher: (Tensor) -> Tensor
      init(_ teacher: @escaping (Tensor) -> Tensor) { self.teacher = teacher }
      override func forward(_ x: Tensor) -> Tensor { ReLU()(linear(x)) - teacher(x) }
    }
    let student = Student { teacher($0) }
    _ = try withTensorErrors { student(Tensor(ones: [1, 2])) }
    #expect(student.namedParameters().map(\.name) == ["linear.weight", "linear.bias"])
    let other = Linear(2, 2)
    let second = Student { x in noGrad { other(x) } }
    _ = try withTensorErrors { second(Tensor(ones: [1, 2])) }
  }

  private final class Lazy: Module {
    private(set) var linear: Linear?
    override func forward(_ x: Tensor) -> Tensor {
      let layer = linear ?? Linear(x.shape[-1], 2)
      linear = layer
      return layer(x)
    }
  }

  @Test func aLayerMadeInTheFirstCallIsHeld() throws {
    let model = Lazy()
    _ = try withTensorErrors { model(Tensor(ones: [1, 5])) }
    #expect(model.namedParameters().map(\.name) == ["linear.weight", "linear.bias"])
    #expect(model.linear?.path == "linear")
  }
}
