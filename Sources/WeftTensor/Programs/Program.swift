// Note: Programs
//
// A program is what one run passed through the door: operations on numbered slots. Operations are values that capture
// nothing, so there is nothing else to store. The files, in reading order:
//
//   Program       the value: slots, constants, steps, results; what one is compared and printed as
//   Effect        what a step of training does beside its operations: draws, reads and writes of what outlasts it
//   Recorder      the interpreter that writes it down; what it cannot see is said to it, as an obstacle
//   Recording     the book it keeps: which memory is which slot (`MetMemory`)
//   Folding       what follows from constants alone, computed
//   Joining       which neighbouring formulas become one, `JoinedStep`: that one, of a `FormulaComposition`
//   Planned       `PlannedOperation`: one operation as plans run it, or several that were joined
//   Plan          a program made ready for many runs: each value let go after its last reader
//   StepPlan      the same for a step of training; `PlanRun` is what changes in a run
//   LaunchedPlan  either as calls of kernels with addresses (`Note: Launched plans`)
//   BatchProgram  one program for batches of any size, with AttributeTree and MovingAttributes for what moves
//
// A recording is an ordinary run: values are real, so that printing and debugging work. What a replay would not see
// makes the recording fail: numbers of computed tensors read by the program, and, for what is to leave nothing behind,
// random draws and writes to memory. That nothing else slipped past the door is checked by a second recording, from
// other inputs, which must give the same program (`Program.init(recording:_:)`).
//
// A step of training leaves much behind. What outlasts it stands in `Cell`s: parameters, their gradients, buffers. The
// recorder is told of each write to one, and a replay does it again; what a library object does with them as a whole
// (an optimizer's step) is an act, which a replay has it do again, with the numbers that it has then.

/// The operations that one run passed through the door, in their order, on numbered slots: a value that can be printed,
/// compared and run again.
///
/// ```swift
/// let program = try Program(recording: [x]) { [model($0[0])] }
/// print(program)                                  // %3 = linear(%0, %1 weight, %2 bias) ...
/// ```
public struct Program: Sendable {
  /// One operation with the slots that it reads and fills.
  public struct Step: Sendable {
    /// The operation with its attributes.
    public let operation: any TensorOperation
    /// What it reads, in the order of its operands.
    public let inputs: [Reading]
    /// The slots of its results.
    public let outputs: [Int]
    /// The module whose forward pass called it, as in `encoder.layers.3`.
    public let modulePath: String
    /// Which of the run's random streams it draws from, counted from 0, for one that takes a new stream in each run.
    public var draw: Int?
  }

  /// A slot as an operation reads it, or as a result is handed out.
  public struct Reading: Hashable, Sendable {
    /// The slot.
    public let slot: Int
    /// The shape and type, and how the tensor counts where types are promoted.
    public let spec: TensorSpec
  }

  /// A slot whose value is known: a weight, or a tensor that the run made of numbers of the program.
  public struct Constant: Sendable {
    /// The slot.
    public let slot: Int
    /// The name that the value has in files; empty for one without.
    public let name: String
    /// The value.
    public let value: Tensor
    /// Whether the recorded run made it; others were there before.
    var isOfRun = false
  }

  /// The shape and type of each slot.
  public let slots: [TensorSpec]
  /// The slots of the inputs, in the order of the recorded run's.
  public let inputs: [Int]
  /// The slots with known values.
  public let constants: [Constant]
  /// The operations in the order in which they ran.
  public let steps: [Step]
  /// The results; one may stand there twice, and inputs and constants may be results.
  public let results: [Reading]
  /// What a step of training does beside its operations, in order; a program without any can be run anywhere.
  public var effects: [Effect] = []
  /// The names of what effects read and write.
  var cells: [String] = []
  /// The names of what library objects are to do again.
  var acts: [String] = []
  /// How many random streams a run takes.
  var drawCount = 0
}

extension Program: Equatable {
  /// Whether both do the same: operations, slots and constants, those by their names and bytes.
  public static func == (a: Program, b: Program) -> Bool { a.firstDifference(from: b) == nil }

  /// Where this program first departs from another, in words; nil for equal ones.
  public func firstDifference(from other: Program) -> String? {
    if let step = zip(steps, other.steps).first(where: { !$0.isEqual(to: $1) }) {
      let (mine, its) = (text(of: step.0), other.text(of: step.1))
      if mine != its { return "\(mine) in one, \(its) in the other" }
      let specs = [step.0, step.1].map { $0.inputs.map { "\($0.spec)" }.joined(separator: ", ") }
      return "\(mine) of \(specs[0]) in one, of \(specs[1]) in the other"
    }
    if steps.count != other.steps.count {
      let (longer, count) = steps.count > other.steps.count ? (self, other.steps.count) : (other, steps.count)
      return "\(longer.text(of: longer.steps[count])) in one of them alone"
    }
    if let effect = zip(effects, other.effects).first(where: { $0 != $1 }) {
      return "`\(text(of: effect.0))` in one, `\(other.text(of: effect.1))` in the other"
    }
    if let (mine, its) = zip(acts, other.acts).first(where: { $0 != $1 }) {
      return "\(mine) in one, \(its) in the other"
    }
    if effects.count != other.effects.count {
      let (longer, count) = effects.count > other.effects.count ? (self, other.effects.count) : (other, effects.count)
      return "`\(longer.text(of: longer.effects[count]))` in one of them alone"
    }
    for (mine, its) in zip(constants, other.constants) where !mine.isEqual(to: its) {
      return "the constant \(text(of: mine)) is \(other.text(of: its)), or has other values"
    }
    let isSame =
      slots == other.slots && inputs == other.inputs && results == other.results && drawCount == other.drawCount
    return isSame && constants.count == other.constants.count ? nil : "the shapes of inputs, or what are results"
  }
}

extension Program {
  /// The first constant, in words, that was there before the run and is other memory in another run, equal as both may be.
  package func firstExchange(with other: Program) -> String? {
    zip(constants, other.constants).first { $0.isExchanged(for: $1) }.map { text(of: $0.0) }
  }
}

extension Program.Step {
  fileprivate func isEqual(to other: Program.Step) -> Bool {
    inputs == other.inputs && outputs == other.outputs && draw == other.draw && operation.isEqual(to: other.operation)
  }
}

extension TensorOperation {
  func isEqual(to other: any TensorOperation) -> Bool { other as? Self == self }
}

extension Program.Constant {
  fileprivate func isEqual(to other: Program.Constant) -> Bool {
    slot == other.slot && name == other.name && value.hasSameBytes(as: other.value)
  }

  fileprivate func isExchanged(for other: Program.Constant) -> Bool {
    if isOfRun && other.isOfRun { return false }
    return value.storage !== other.value.storage || value.offset != other.value.offset
      || value.strides != other.value.strides
  }
}

extension Tensor {
  /// Whether both are the same elements of the same memory, or hold the same bytes.
  func hasSameBytes(as other: Tensor) -> Bool {
    guard spec == other.spec else { return false }
    if view === other.view { return true }
    return withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } }
  }
}
