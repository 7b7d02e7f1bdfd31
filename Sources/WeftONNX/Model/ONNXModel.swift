import WeftData
import WeftIO
import WeftNN
@_spi(Locks) import WeftTensor

/// A model from an ONNX file: it runs, it is frozen, and it goes on learning.
///
/// ```swift
/// let model = try ONNXModel(from: "resnet18.onnx")
/// let scores = try model.run(["image": image])["scores"]?.tensor
/// ```
/// The graph is checked as a whole when the file is opened: what Weft cannot run is listed in one error, with operator,
/// operator set and node. Operator sets 7 and later are read, and most of 6.
///
/// Initializers of floating-point types are parameters under their own names, so optimizers, `freeze(where:)` and
/// checkpoints work as with any module. Constants instead, which do not learn, are those that stand only where no
/// gradient flows or none is wanted (bounds, scales, sizes, the exponent of `Pow`, the tables of rotary embeddings),
/// those that Weft's export marks (whatever was no parameter of the module: numbers of formulas, tables, buffers; their
/// `doc_string` is `constant`), and what `Constant` nodes hold. The statistics of batch normalizations are buffers.
/// Quantized operators pass no gradient to what they quantize. A model comes in evaluation; `train()` switches dropout
/// and batch normalization on.
///
/// A new head on an inner value:
///
/// ```swift
/// final class Classifier: Module {
///   let body: ONNXModel
///   let head = Linear(512, 10)
///   init(_ body: ONNXModel) { self.body = body }
///
///   func scores(_ image: Tensor) throws -> Tensor {
///     let features = try body.run(["image": image], outputs: ["flattened"])["flattened"]?.tensor
///     return head(features ?? image)
///   }
/// }
/// ```
public final class ONNXModel: Module {
  /// The file it was read from, or the name that its bytes were given.
  public let file: String
  /// What the file says about itself.
  public let summary: ONNXSummary
  private let graph: Graph
  private let learned: [Parameter]
  private let statistics: [Buffer]
  private let plans = Guarded<[PlanKey: RunPlan]>([:])
  /// The graph with nodes of bytes in the place of those that quantize; made where it is asked for.
  private let rewritten = Guarded<Graph?>(nil)

  private struct PlanKey: Hashable {
    let graph: ObjectIdentifier
    let places: [Int]
  }

  /// Opens a model.
  ///
  /// Elements of large tensors are read from the mapped file. Data in other files is looked for in the model's folder
  /// alone; where the model is a link, also in the folder it leads to.
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: How much it may ask for.
  /// - Throws: `ONNXError`, or `DataFileError` for a file that is none.
  public convenience init(from path: String, limits: LoadLimits = LoadLimits()) throws {
    self.init(try LoadedModel(path, limits: limits))
  }

  /// Opens a model whose bytes are in memory; it has no data in other files.
  /// - Throws: `ONNXError` or `DataFileError`.
  public convenience init(_ file: FileBytes, limits: LoadLimits = LoadLimits()) throws {
    self.init(try LoadedModel(file, limits: limits))
  }

  init(_ loaded: LoadedModel) {
    file = loaded.path
    graph = loaded.graph
    learned = loaded.initializers.parameters.map { Parameter($0.tensor, name: $0.name) }
    statistics = loaded.initializers.buffers.map { Buffer($0.tensor, name: $0.name) }
    summary = ONNXSummary(loaded)
    super.init()
    eval()
  }

  /// The initializers that learn and the statistics, by their names in the file.
  public override var properties: [(name: String, value: Any)] {
    learned.map { ($0.name ?? "", $0) } + statistics.map { ($0.name ?? "", $0) }
  }

  public override var description: String { "\(type(of: self))(\(summary.graph), \(learned.count) parameters)" }

  /// The first result of a model that needs one input. What goes wrong is reported as a misuse of an operation is:
  /// `withTensorErrors` catches it.
  public override func forward(_ input: Tensor) -> Tensor {
    let needed = graph.inputs.filter { !$0.hasDefault }
    guard needed.count == 1, let output = graph.outputs.first else {
      return .failed(
        TensorError(
          .unsupported, operation: "ONNXModel", expected: "a model of one input",
          got: "the inputs \(needed.map(\.name).joined(separator: ", "))", hint: "`run(_:)` takes several by name"))
    }
    do {
      let results = try run([needed[0].name: input], outputs: [output.name])
      if let tensor = results[output.name]?.tensor { return tensor }
      throw ONNXError(.input, file: file, "the result \"\(output.name)\" is no tensor")
    } catch {
      return .failed(
        TensorError(
          .value, operation: "ONNXModel", operands: [(needed[0].name, input.spec)],
          expected: "an input that it runs for",
          got: "\(error)"))
    }
  }
}

// Running.
extension ONNXModel {
  /// The results by name.
  ///
  /// - Parameters:
  ///   - inputs: The inputs by name.
  ///   - outputs: The values that are wanted, of the results or of any node's; nil for all results. Nodes that they do
  ///     not need do not run, and inputs of those need not be given.
  /// - Throws: `ONNXError` for inputs that do not fit, and for a node that fails: it names the node.
  public func run(_ inputs: [String: ONNXValue], outputs: [String]? = nil) throws -> [String: ONNXValue] {
    try run(inputs, fixed: [:], outputs: outputs)
  }

  /// - Parameters:
  ///   - fixed: Inputs whose numbers a recording may depend on.
  ///   - inBytes: Whether what stands between dequantizations and quantizations is computed of bytes.
  func run(
    _ inputs: [String: ONNXValue], fixed: [String: ONNXValue], outputs: [String]?, inBytes: Bool = false
  ) throws -> [String: ONNXValue] {
    let graph = inBytes && !isTraining ? graphOfBytes : graph
    return try inPath {
      try namingNodes {
        let names = outputs ?? graph.outputs.map(\.name)
        let places = try names.map(place)
        let plan = plan(graph, places)
        var run = GraphRun(graph, plan, context)
        try give(inputs.merging(fixed) { $1 }, fixed: Set(fixed.keys), plan, &run)
        try run.run()
        var results: [String: ONNXValue] = [:]
        for (name, place) in zip(names, places) { results[name] = run.value(place)?.value }
        return results
      }
    }
  }

  /// The results by name, for inputs that are tensors.
  ///
  /// - Throws: `ONNXError`.
  public func run(_ inputs: [String: Tensor], outputs: [String]? = nil) throws -> [String: ONNXValue] {
    try run(inputs.mapValues(ONNXValue.tensor), outputs: outputs)
  }

  /// Runs `body` in a scope for errors of operations. One that a node ran into is thrown as the node's, which says
  /// where.
  private func namingNodes<Result>(_ body: () throws -> Result) throws -> Result {
    var ofNode: ONNXError?
    do {
      return try withTensorErrors {
        do { return try body() } catch let error as ONNXError {
          ofNode = error
          throw error
        }
      }
    } catch {
      throw ofNode ?? error
    }
  }

  /// The names of all values that nodes compute: what `run(_:outputs:)` gives.
  public var valueNames: [String] { graph.places.sorted { $0.value < $1.value }.map(\.key) }

  private var graphOfBytes: Graph {
    rewritten.withLock { known in
      // What it looks at is nothing that a recording is to see.
      let made = known ?? Modes.with({ $0.recorder = nil }) { WholeNumberRewriting.applied(to: graph) }
      known = made
      return made
    }
  }

  /// How often each operator runs for all results where what can be is computed of bytes, as in frozen models.
  package var operatorsOfBytes: [String: Int] {
    let graph = graphOfBytes
    let numbers = RunPlan(graph, for: graph.outputs.map(\.place)).nodes
    return Dictionary(numbers.map { (graph.nodes[$0].operatorName, 1) }, uniquingKeysWith: +)
  }

  private var context: RunContext {
    RunContext(
      file: file, isTraining: isTraining, parameters: learned, buffers: statistics,
      plan: { [self] graph in plan(graph, graph.outputs.map(\.place)) })
  }

  private func plan(_ graph: Graph, _ places: [Int]) -> RunPlan {
    let key = PlanKey(graph: ObjectIdentifier(graph), places: places)
    if let known = plans.withLock({ $0[key] }) { return known }
    let made = RunPlan(graph, for: places)
    plans.withLock { plans in
      if plans.count > 4096 { plans.removeAll() }
      plans[key] = made
    }
    return made
  }

  private func place(_ name: String) throws -> Int {
    if let place = graph.places[name] { return place }
    throw ONNXError(
      .input, file: file,
      "there is no value \"\(name)\"\(suggestion(for: name, among: graph.places.keys.sorted()))")
  }

  private func give(
    _ inputs: [String: ONNXValue], fixed: Set<String>, _ plan: RunPlan, _ run: inout GraphRun
  ) throws {
    var rest = inputs
    for input in graph.inputs {
      guard let value = rest.removeValue(forKey: input.name) else {
        guard plan.inputs.contains(input.place), !input.hasDefault else { continue }
        throw ONNXError(
          .input, file: file,
          "the input \"\(input.name)\", \(input.type), is not given; the model needs "
            + graph.inputs.filter { plan.inputs.contains($0.place) && !$0.hasDefault }.map(\.name)
            .joined(separator: ", "))
      }
      if let problem = input.type.misfit(value) {
        throw ONNXError(.input, file: file, "the input \"\(input.name)\" is to be \(input.type), and \(problem)")
      }
      run.set(input.place, FlowingValue(value: value, isKnown: fixed.contains(input.name)))
    }
    if let name = rest.keys.min() {
      throw ONNXError(
        .input, file: file,
        "there is no input \"\(name)\"\(suggestion(for: name, among: graph.inputs.map(\.name)))")
    }
  }
}

extension DeclaredType {
  /// Why a value is not of this type; nil where it is.
  fileprivate func misfit(_ value: ONNXValue) -> String? {
    switch (self, value) {
    case (.optional, .none): return nil
    case (.optional(let type), _): return type.misfit(value)
    case (.sequence(let type), .sequence(let values)): return values.lazy.compactMap { type.misfit($0) }.first
    case (.tensor(let element, let sizes), .tensor(let tensor)):
      let isOfType = element == 0 || ElementType.held(element) == tensor.dtype
      return isOfType && Self.fits(tensor.shape, sizes) ? nil : "what is given is \(tensor.spec)"
    case (.tensor(let element, let sizes), .texts(let texts)):
      let isOfType = element == 0 || element == ElementType.string
      return isOfType && Self.fits(texts.shape, sizes) ? nil : "what is given is \(value)"
    default: return "what is given is \(value)"
    }
  }

  private static func fits(_ shape: Shape, _ declared: [DeclaredSize]?) -> Bool {
    guard let declared else { return true }
    return declared.count == shape.rank
      && zip(declared, shape.sizes).allSatisfy {
        if case .number(let size) = $0 { size == $1 || size <= 0 } else { true }
      }
  }
}
