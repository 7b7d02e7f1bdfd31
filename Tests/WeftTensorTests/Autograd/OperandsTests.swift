import Synchronization
import Testing
import WeftTensor

/// What operations take that declare no operands.
@Suite struct OperandsTests {
  /// The sum of some tensors; without samples.
  struct Total: TensorOperation {
    static let name = "total"
    static let samples: [Sample] = []
    func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [TensorSpec([2], .float32)] }
    func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
      [inputs.reduce(Tensor(zeros: [2])) { $0 + $1 }]
    }
  }

  /// The identity, which counts how often its samples are read.
  struct Counted: TensorOperation {
    static let name = "counted"
    static let reads = Mutex(0)
    static var samples: [Sample] {
      reads.withLock { $0 += 1 }
      return [Sample(Counted(), .real([3])), Sample(Counted(), .real([3]), .real([3]))]
    }
    func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { [inputs[0]] }
    func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0]] }
  }

  @Test func withoutSamplesThereMayBeOneOrMore() {
    let x = Tensor([1.0, 2])
    let error = #expect(throws: TensorError.self) { try withTensorErrors { Total()() } }
    #expect(error?.description.contains("expected at least 1 operand (operand, ...), got none") == true)
    #expect(Total()(x).scalars(as: Float.self) == [1, 2])
    #expect(Total()(x, x, x).scalars(as: Float.self) == [3, 6])
    #expect("\(Total.operands)" == "at least 1 operand (operand, ...)")
  }

  @Test func samplesAreReadOnce() {
    let x = Tensor([1.0, 2])
    for _ in 0..<3 { #expect(Counted()(x).elementsEqual(x)) }
    #expect(Counted.reads.withLock { $0 } == 1)
    let error = #expect(throws: TensorError.self) { try withTensorErrors { Counted()(x, x, x) } }
    #expect(error?.description.contains("expected 1 or 2 operands (operand 0, operand 1), got 3") == true)
    #expect(Counted.reads.withLock { $0 } == 1)
  }
}
