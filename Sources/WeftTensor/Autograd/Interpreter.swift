// Note: The door
//
// Everything that computes passes `apply`. Whatever may stand between a call and its kernel is an interpreter, a type of its
// own that looks at a call on its way and hands it on. They stand in one order, each only while it is asked for:
//
//   ErrorScope       after a misuse inside `withTensorErrors` nothing runs
//   Tracer           tensors and their gradients are noted, for pages that show them; an Onlooker takes its place where
//                    results are looked at and nothing is kept
//   AutocastScope    operands take the types of mixed precision
//   Evaluator        always there: the operation's rule for shapes, then what the operands ask for, which may be the rule of
//                    a transform (an operand is a dual or one of a batch) or a record in the graph (one has a history)
//   Recorder         the call is written down in a program (`Note: Programs`)
//   AnomalyDetector  results are checked for values that are not finite
//   Profiler         the kernel is measured
//
// and behind the last of them the operation's `forward`. `Modes` keeps the list, so that a call without any of them passes
// the evaluator alone. A new one is a type in a file of its own, a property of `Modes`, which has it arranged anew and is
// copied with the others, and its place in `Modes.arrange`.

/// Something that stands between a call and its kernel. See `Note: The door`.
protocol Interpreter: Sendable {
  /// The results of a call: those of `call.proceed`, or others in their place.
  func interpret(_ call: Call) -> [Tensor]
}

/// An interpreter that measures, and is told of work that is no call: spans on one thread, one inside another.
protocol Measurer: Interpreter, AnyObject {
  /// Begins the walk over a graph.
  func beginWalk()
  /// Begins a range that the program names.
  func beginRange(_ name: String)
  /// Ends the innermost of these two.
  func endSpan()
  /// Runs the gradient rule of a recorded operation.
  func rule(
    _ operation: any TensorOperation, _ gradients: [Tensor?], _ saved: Saved, needs: [Bool], in modulePath: String
  ) -> [Tensor?]
}

/// What a plan has a kernel do in its last pass, besides the operation.
protocol KernelFinish: Sendable {
  /// What profiles call it.
  var name: String { get }
  /// What it reads besides the results.
  var reads: [Tensor] { get }
  /// The operation's results, finished.
  func forward(_ operation: any TensorOperation, _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]
}

/// An operation with its inputs, on its way from `apply` to the kernel.
struct Call {
  let operation: any TensorOperation
  let inputs: [Tensor]
  /// What holds for the code that called.
  let modes: Modes
  /// From the plan of a program.
  let finish: (any KernelFinish)?
  /// What the evaluator found out: the specs of the inputs and of the results.
  private(set) var inputSpecs: [TensorSpec] = []
  private(set) var specs: [TensorSpec] = []
  /// The place of the interpreter that has it now.
  private var place = 0

  init(
    _ operation: any TensorOperation, _ inputs: [Tensor], _ modes: Modes, finishedBy finish: (any KernelFinish)? = nil
  ) {
    self.operation = operation
    self.inputs = inputs
    self.modes = modes
    self.finish = finish
  }

  /// The operation's name, with what its kernel does besides.
  var name: String {
    let name = type(of: operation).name
    return finish.map { "\(name) → \($0.name)" } ?? name
  }

  private init(_ call: Call, _ inputs: [Tensor], _ inputSpecs: [TensorSpec], _ specs: [TensorSpec]) {
    self.init(call.operation, inputs, call.modes, finishedBy: call.finish)
    self.inputSpecs = inputSpecs
    self.specs = specs
    place = call.place + 1
  }

  /// The results of a call of which everything is known that the evaluator would find out, as where a program is run again.
  func proceedBehindEvaluator(_ inputSpecs: [TensorSpec], _ specs: [TensorSpec]) -> [Tensor] {
    var call = self
    call.place = modes.evaluatorPlace
    return call.proceed(inputs, inputSpecs, specs)
  }

  /// The results of what stands behind: the next interpreter, or the kernel.
  func proceed() -> [Tensor] { proceed(inputs, inputSpecs, specs) }

  /// The same with what the evaluator found out.
  func proceed(_ inputs: [Tensor], _ inputSpecs: [TensorSpec], _ specs: [TensorSpec]) -> [Tensor] {
    guard place + 1 < modes.interpreters.count else { return kernel(inputs, specs) }
    return modes.interpreters[place + 1].interpret(Call(self, inputs, inputSpecs, specs))
  }

  private func kernel(_ inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor] {
    finish?.forward(operation, inputs, as: specs) ?? operation.forward(inputs, as: specs)
  }
}

/// What holds for the code now running: task-local, never bound to a thread.
///
/// An object, so that reading the present modes, which every operation does, copies one reference.
package final class Modes: @unchecked Sendable {
  // Unchecked, as an object for many threads and in its properties: an instance changes only inside `with`, before
  // anybody else sees it.

  /// Whether operations are recorded for gradients.
  @exclusivity(unchecked) package var isRecording = true
  /// What results made while recording is off remember of the reason.
  @exclusivity(unchecked) package var recordingOff: Blockage?
  /// Whether each result is checked for values that are not finite.
  @exclusivity(unchecked) package var detectsAnomalies = false {
    didSet { if detectsAnomalies != oldValue { arrange() } }
  }
  @exclusivity(unchecked) package var errorScope: ErrorScope? { didSet { arrange() } }
  /// Who measures what runs now.
  @exclusivity(unchecked) var profiler: (any Measurer)? { didSet { arrange() } }
  /// What stands in for the values of parameters and buffers, by the object.
  @exclusivity(unchecked) package var substitutes: [ObjectIdentifier: Tensor]?
  /// The innermost transform whose function runs now.
  @exclusivity(unchecked) var transform: TransformScope?
  /// The casts of operands, with mixed precision.
  @exclusivity(unchecked) var autocast: AutocastScope? { didSet { if autocast !== oldValue { arrange() } } }
  /// Who looks on.
  @exclusivity(unchecked) var tracer: (any Interpreter & AnyObject)? { didSet { if tracer !== oldValue { arrange() } } }
  /// Who writes down what runs now.
  package var recorder: (any Witness)? {
    get { witness.flatMap { $0.isHere ? $0 : nil } }
    set { witness = newValue }
  }
  /// The one that was set, which may be over.
  @exclusivity(unchecked) private(set) var witness: (any Witness)? {
    didSet { if witness !== oldValue { arrange() } }
  }
  /// The checkpoint whose body runs now.
  @exclusivity(unchecked) var checkpoint: (any Recomputation)?
  /// The modules whose forward pass runs now, outermost first, joined by dots.
  @exclusivity(unchecked) package var modulePath = ""
  /// The model whose call this is, in its first one and in those that record.
  @exclusivity(unchecked) package var calledModel: AnyObject?

  /// What a call passes on its way to its kernel (`Note: The door`); never empty.
  @exclusivity(unchecked) var interpreters: [any Interpreter] = []
  /// Where the evaluator stands among them.
  @exclusivity(unchecked) var evaluatorPlace = 0

  @TaskLocal package static var current = Modes()

  /// The type that operands are cast to now.
  package var autocastType: DType? { autocast?.dtype }
  /// Whether the function of a transform, or the body of a checkpoint, runs now.
  package var isTransformed: Bool { transform != nil || checkpoint != nil }

  /// Whether what runs now ran before: the body of a checkpoint, in the backward pass. What it leaves behind beside its
  /// results is there already.
  package var isRecomputing: Bool { checkpoint?.isRecomputing ?? false }

  private init() { arrange() }

  private init(_ other: Modes) {
    isRecording = other.isRecording
    recordingOff = other.recordingOff
    detectsAnomalies = other.detectsAnomalies
    errorScope = other.errorScope
    profiler = other.profiler
    substitutes = other.substitutes
    transform = other.transform
    autocast = other.autocast
    tracer = other.tracer
    witness = other.recorder
    checkpoint = other.checkpoint
    modulePath = other.modulePath
    calledModel = other.calledModel
    interpreters = other.interpreters
    evaluatorPlace = other.evaluatorPlace
  }

  /// These modes with `change` made to them.
  package func with(_ change: (inout Modes) -> Void) -> Modes {
    var copy = Modes(self)
    change(&copy)
    return copy
  }

  /// Runs `body` under the present modes with `change` made to them.
  package static func with<Result>(
    _ change: (inout Modes) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    try $current.withValue(current.with(change), operation: body)
  }
}

/// An interpreter that writes down the calls that pass the door, and must be told what goes past it: a recorder.
package protocol Witness: AnyObject, Sendable {
  /// Whether the run that it looks at calls this, and not a task that began in it and has its modes.
  var isHere: Bool { get }
  /// The program is about to learn numbers of a tensor, on which what it does next may depend.
  func willRead(_ tensor: Tensor, by reader: String, at place: CallSite?)
  /// The program did something, or is about to, that a replay would not do.
  func cannotRepeat(_ what: String, hint: String)
  /// What holds a tensor beyond the run, or the leaf that a gradient belongs to, got another one.
  func didSet(_ object: AnyObject, to tensor: Tensor?, _ what: String)
  /// A formula is about to write into tensors' memory.
  func willUpdate(_ formula: Formula, _ parameters: [Double], _ items: [MapItem])
  /// Has a library object do something that changes what it was given, as `a step of AdamW`, and do it again in a replay.
  ///
  /// - Parameters:
  ///   - what: With every number that it is done with, as a replay does it with the same ones.
  ///   - objects: Everything it is done with.
  func perform(_ what: String, of objects: [AnyObject], _ body: @escaping () -> Void)
  /// What holds a tensor beyond the run is about to be used.
  func willTake(_ object: AnyObject)
  /// A new tensor got random numbers of a stream.
  func didFill(_ tensor: Tensor, _ distribution: RandomDistribution, _ stream: RandomStream)
  /// A number of a library object that changes is about to be used.
  func willUse(_ number: Tensor, of object: AnyObject)
}

extension Witness {
  /// A function of the program's is about to be called by the library.
  package func willCall(_ what: String) {
    cannotRepeat("\(what) was called", hint: "a replay would not call it")
  }
}
