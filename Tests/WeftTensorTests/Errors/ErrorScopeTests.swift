import Foundation
import Testing
import WeftTensor

/// What a program sees after a failure inside `withTensorErrors`, and the forms that throw by themselves.
@Suite struct ErrorScopeTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// Runs `body` on what a failed addition gives.
  private func withPlaceholder(_ body: (Tensor) throws -> Void) {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { try body(Tensor([1.0, 2]) + Tensor([1.0, 2, 3])) }
    }
    #expect(error?.operation == "add")
  }

  @Test func dataOfTheWrongSizeIsAnError() throws {
    let pixels: [Float] = [1, 2, 3]
    #expect(
      message { _ = try Tensor(checking: pixels, shape: [1, 1, 8, 8]) }
        == "[Tensor]: expected 64 scalars for shape [1, 1, 8, 8], got 3")
    for shape in [[1 << 62, 4], [-1, 3]] as [Shape] {
      let error = #expect(throws: TensorError.self) { try Tensor(checking: [Float](), shape: shape) }
      #expect(error?.description == "[Tensor]: expected sizes from 0 that fit in memory, got \(shape)")
    }
    #expect(
      message { _ = try Tensor(checking: [[1.0], [1, 2]]) }
        == "[Tensor]: expected rows of one length, got lengths [1, 2]")
    #expect(
      message { _ = try Tensor(checking: [[[1.0]], [[1], [2]]]) }
        == "[Tensor]: expected nested arrays of one shape, got ragged ones")
    #expect(
      message { _ = try Tensor(checking: pixels[1...], shape: [3]) }
        == "[Tensor]: expected 3 scalars for shape [3], got 2")
    #expect(
      message { _ = try pixels.withUnsafeBufferPointer { try Tensor(checking: $0, shape: [4]) } }
        == "[Tensor]: expected 4 scalars for shape [4], got 3")
    let data = Data([1, 2, 3, 4])
    #expect(
      message { _ = try Tensor(checking: data, shape: [5]) } == "[Tensor]: expected 5 scalars for shape [5], got 4")
    #expect(
      message { _ = try Tensor(checkingBytes: data, shape: [2], dtype: .float32) }
        == "[Tensor]: expected the bytes of a tensor float32 [2], got 4 bytes")
    #expect(message { _ = try Tensor(checkingBytes: data, shape: [4], dtype: .bool) }.contains("got 2 as byte 1"))
    for sizes in [[-1], [-1, -3], [1 << 40, 1 << 40], [.max, 2], Array(repeating: 1, count: 100)] {
      #expect(message { _ = try Tensor(checking: pixels, shape: Shape(sizes)) } != "no error", "\(sizes)")
      if sizes.count < 100 { #expect(message { _ = try Tensor(checkingFull: Shape(sizes), 1) } != "no error") }
    }
  }

  @Test func dataThatFitsIsTheSameAsWithoutAsking() throws {
    let data = Data([0, 0, 128, 63])
    #expect(try Tensor(checkingBytes: data, shape: [1], dtype: .float32).elementsEqual(Tensor([1.0])))
    #expect(try Tensor(checking: data, shape: [2, 2]).elementsEqual(Tensor([[0, 0], [128, 63]], dtype: .uint8)))
    #expect(try Tensor(checking: [1.0, 2, 3][1...]).elementsEqual(Tensor([2.0, 3])))
    let made = try Tensor(checking: [1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: .float16)
    #expect(made.elementsEqual(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: .float16)))
    #expect(try Tensor(checking: [[1.5, 2], [3, 4]]).elementsEqual(Tensor([[1.5, 2], [3, 4]])))
    #expect(try Tensor(checking: [[[true]], [[false]]]).shape == [2, 1, 1])
    #expect(try Tensor(checking: [UInt8]()).shape == [0])
    #expect(try Tensor(checkingFull: [2, 0], 7, dtype: .int32).shape == [2, 0])
    #expect(try Tensor(checkingFull: [2], 7).scalars(as: Int.self) == [7, 7])
  }

  /// An error of a checking form is caught where it arose: the scope around it goes on.
  @Test func aCheckingFormLeavesTheScopeAroundItWorking() throws {
    let sum = try withTensorErrors {
      let wanted = try? Tensor(checking: [1.0], shape: [2])
      return (wanted ?? Tensor([3.0])).sum().item()
    }
    #expect(sum == 3)
  }

  @Test func numbersOfAPlaceholderMeanNothing() {
    withPlaceholder { bad in
      #expect(bad.item().isNaN)
      #expect(bad.item(as: Float.self).isNaN && bad.item(as: Float16.self).isNaN)
      #expect(bad.item(as: Int.self) == 0 && bad.item(as: UInt8.self) == 0)
      #expect(!bad.item(as: Bool.self))
      #expect(bad.scalars(as: Float.self).isEmpty)
      #expect(bad.shape == [])
    }
  }

  @Test func noComparisonWithAPlaceholderHolds() {
    withPlaceholder { bad in
      let loss = bad.item()
      #expect(!(loss < 1) && !(loss > 1) && !(loss == 0))
      #expect(!bad.elementsEqual(bad) && !bad.isClose(to: bad))
      #expect(!(bad .== bad).item(as: Bool.self) && !(bad .<= 1.0).all().item(as: Bool.self))
      #expect(!bad.isClose(to: Tensor(0.0)) && !Tensor(0.0).elementsEqual(bad))
    }
  }

  /// Operations that read numbers of their own results go on too.
  @Test func operationsThatReadNumbersReachTheEndOfTheScope() {
    withPlaceholder { bad in
      _ = (Tensor(ones: [2, 2]) + bad).matrixExponential()
      _ = bad.histogram(bins: 4)
      _ = bad.multinomial(1)
    }
  }

  @Test func theErrorIsThrownWhereItIsAskedFor() throws {
    var reached = false
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors {
        let scores = Tensor([1.0, 2]) + Tensor([1.0, 2, 3])
        try checkTensorErrors()
        reached = true
        _ = scores.scalars(as: Float.self)[1]
      }
    }
    #expect(!reached && error?.operation == "add")
    try checkTensorErrors()
    try withTensorErrors { try checkTensorErrors() }
  }
}

@Suite struct NearestTests {
  private let known = ["argMax", "argMin", "matmul", "conv", "convTransposed", "softmax", "logSoftmax", "sum"]

  @Test func whatWasMeantIsFound() {
    #expect(nearest(to: "argmax", among: known) == ["argMax"])
    #expect(nearest(to: "arg_max", among: known, count: 5) == ["argMax"])
    #expect(nearest(to: "mamtul", among: known) == ["matmul"])
    #expect(nearest(to: "sotfmax", among: known, count: 3) == ["softmax"])
    #expect(nearest(to: "soft", among: known, count: 3) == ["softmax", "logSoftmax"])
    #expect(nearest(to: "conv2d", among: known) == ["conv"])
    #expect(suggestion(for: "sums", among: known) == "; did you mean sum?")
  }

  @Test func nothingIsFoundWhereNothingIsNear() {
    for name in ["", "-", "nonsense", "x", String(repeating: "a", count: 10_000)] {
      #expect(nearest(to: name, among: known).isEmpty, "\(name.prefix(20))")
      #expect(suggestion(for: name, among: known).isEmpty)
    }
    #expect(nearest(to: "sum", among: []).isEmpty)
  }

  @Test func distancesAreThoseOfEdits() {
    for (a, b, distance) in [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3)] {
      #expect(editDistance(a, b) == distance && editDistance(b, a) == distance)
    }
  }
}

@Suite struct ThreadsTests {
  @Test func theNumberOfThreadsIsChecked() async {
    await #expect(processExitsWith: .success) {
      Threads.count = 3
      #expect(Threads.count == 3 && Threads.reason == "set by the program")
      for wrong in [0, -1, 1025, .max, .min] {
        let error = #expect(throws: TensorError.self) { try withTensorErrors { Threads.count = wrong } }
        #expect(error?.description == "[Threads.count]: expected a number from 1 through 1024, got \(wrong)")
        #expect(Threads.count == 3)
      }
      Threads.count = 1
      #expect(Tensor(ones: [1000, 1000]).sum().item() == 1e6)
    }
  }
}
