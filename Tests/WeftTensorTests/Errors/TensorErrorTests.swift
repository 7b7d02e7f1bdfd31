import Synchronization
import Testing
import WeftTensor

/// The whole text of what a program is told about shapes and memory, and what happens after it was told.
@Suite(.serialized) struct TensorErrorTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try withTensorErrors(body)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func sizesThatDoNotMatch() {
    #expect(
      message { _ = Tensor(ones: [4, 3]) + Tensor(ones: [2]) } == """
        [add]: expected shapes that broadcast: matched from the last axis, sizes equal or 1, got sizes 3 (operand 0) \
        and 2 (operand 1) at axis -1
          operand 0: float32 [4, 3]
          operand 1: float32 [2]
          hint: a missing axis of size 1? `.unsqueezed(axis)` adds one
        """)
  }

  @Test func oneValuePerRow() {
    #expect(
      message { _ = Tensor(ones: [4]) * Tensor(ones: [4, 3]) } == """
        [multiply]: expected shapes that broadcast: matched from the last axis, sizes equal or 1, got sizes 4 (operand \
        0) and 3 (operand 1) at axis -1
          operand 0: float32 [4]
          operand 1: float32 [4, 3]
          hint: operand 0 has the sizes of the leading axes: `.unsqueezed(-1)` gives it the 1 it lacks at the end
        """)
  }

  @Test func transposedOperands() {
    #expect(
      message { _ = Modes.with({ $0.modulePath = "encoder.3" }) { Tensor(ones: [4, 3]) - Tensor(ones: [3, 4]) } } == """
        [subtract] in encoder.3: expected shapes that broadcast: matched from the last axis, sizes equal or 1, got \
        sizes 3 (operand 0) and 4 (operand 1) at axis -1
          operand 0: float32 [4, 3]
          operand 1: float32 [3, 4]
          hint: one of them transposed? `.transposed()`
        """)
  }

  @Test func channelsLast() {
    let text = message { _ = Tensor(ones: [2, 8, 8, 3]) / Tensor(ones: [2, 3, 8, 8]) }
    #expect(text.hasSuffix("\n  hint: the axes in another order (channels last)? `.permuted(...)`"))
  }

  @Test func anAxisThereIsNot() {
    #expect(message { _ = Tensor(ones: [4, 3]).sum(axis: 2) } == "[sum]: expected an axis in -2 ..< 2, got axis 2")
    #expect(
      message { _ = Tensor([1.0], shape: []).sum(axis: 1) }
        == "[sum]: expected no axis, as the tensor is a scalar, got axis 1")
    #expect(message { _ = Tensor(ones: [4])[axis: 1] } == "[shape]: expected an axis in -1 ..< 1, got axis 1")
  }

  @Test func scalarsThatDoNotFillTheShape() {
    #expect(
      message { _ = Tensor([1.0, 2], shape: [3]) } == "[Tensor]: expected 3 scalars for shape [3], got 2")
    #expect(
      message { _ = Tensor([[1.0], [1, 2]]) } == "[Tensor]: expected rows of one length, got lengths [1, 2]")
  }

  @Test func readingOneNumberOfMany() {
    #expect(
      message { _ = Tensor([1.0, 2]).item() } == """
        [item]: expected a single element, got 2 elements
          tensor: float32 [2]
          hint: reduce first (`.sum()`, `.mean()`), or read `scalars(as:)`
        """)
  }

  @Test func sizesThatOverflow() {
    #expect(throws: TensorError.self) {
      try withTensorErrors { _ = Tensor(ones: [1]).expanded(to: [1 << 40, 1 << 40]) }
    }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor(zeros: [1 << 62, 8]) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor(zeros: [-1]) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor([Double](), shape: [0, -5]) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor(ones: [2]).reshaped(to: [-1, -1]) } }
  }

  @Test func theFirstErrorIsThrownAtTheEndOfTheScope() {
    var reached = false
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors {
        let bad = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
        _ = bad.sum(axis: 7)
        reached = true
      }
    }
    #expect(reached)
    #expect(error?.operation == "add")
  }

  @Test func operationsAfterAnErrorDoNothing() throws {
    let before = CountingOperation.runs.load(ordering: .relaxed)
    _ = try? withTensorErrors {
      _ = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
      _ = CountingOperation()(Tensor(1.0))
    }
    #expect(CountingOperation.runs.load(ordering: .relaxed) == before)
  }

  @Test func anErrorOfTheBodyGivesWayToTheMisuseBeforeIt() {
    struct Consequence: Error {}
    #expect(throws: TensorError.self) {
      try withTensorErrors {
        _ = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
        throw Consequence()
      }
    }
    #expect(throws: Consequence.self) { try withTensorErrors { throw Consequence() } }
  }

  @Test func scopesNest() throws {
    let value = try withTensorErrors {
      #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor([1.0, 2]) + Tensor([1.0, 2, 3]) } }
      return Tensor(2.0) * 3.0
    }
    #expect(value.item() == 6, "an inner error leaves the outer scope working")
  }

  @Test func scopesOfConcurrentTasksAreApart() async {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask {
          let isBad = number % 2 == 0
          let size = isBad ? 3 : 2
          let outcome = Result {
            try withTensorErrors { (Tensor([1.0, 2]) + Tensor(ones: [size])).scalars(as: Float.self) }
          }
          if case .failure = outcome { return isBad }
          return !isBad
        }
      }
      for await right in group { #expect(right) }
    }
  }

  @Test func outOfMemory() async {
    await #expect(processExitsWith: .success) {
      let big = Tensor(zeros: [1 << 20])
      Memory.limit = Memory.stats.live + (1 << 20)
      let x = big.requiringGrad()
      let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = x.exp() } }
      #expect(error?.code == .outOfMemory)
      let text = (error?.description ?? "")
      #expect(
        text.hasPrefix("[exp]: expected a result of float32 [1048576]: 4.0 MiB, got 4.0 MiB live in "), "\(text)")
      #expect(text.contains("largest: 1 × 4.0 MiB"), "\(text)")
      #expect(text.contains("\n  hint: 1 recorded operations and leaves are alive"), "\(text)")
    }
  }

  @Test func misuseInPlainCodeEndsTheProgramWithTheWholeMessage() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("[add]: expected shapes that broadcast"))
  }

  @Test(arguments: ["item", "axis", "backward", "reshape"])
  func misuseTraps(_ kind: String) async {
    await #expect(processExitsWith: .failure) { [kind] in
      switch kind {
      case "item": _ = Tensor([1.0, 2]).item()
      case "axis": _ = Tensor([1.0, 2]).transposed(0, 5)
      case "backward": Tensor(1.0).backward()
      default: _ = Tensor([1.0, 2]).reshaped(to: [3])
      }
    }
  }
}

extension Tensor {
  fileprivate subscript(axis axis: Int) -> Int { shape[axis] }
}
