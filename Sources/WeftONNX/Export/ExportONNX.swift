import WeftNN
import WeftTensor

extension Module {
  /// Writes this model, as it is in evaluation, to an ONNX file, which runs wherever there is a runtime for such.
  ///
  /// ```swift
  /// try model.exportONNX(to: "digits.onnx", example: images, free: ["batch"])
  /// ```
  /// The forward pass is recorded (`Note: Programs`) and each operation becomes a node, or a few. Weights keep their
  /// names, and weights that several layers share stand once. With free axes it is recorded at several of their
  /// sizes: it must do the same at all of them. Everything else that is known, as buffers, tables and the numbers of
  /// formulas, is marked as a constant, so that a model that `ONNXModel` reads again learns what this one does.
  ///
  /// - Parameters:
  ///   - path: The file. Weights of more than `externalDataBeyond` bytes stand in another beside it, with `.data`
  ///     behind its name; the two belong together.
  ///   - example: An input; numbers that could be real ones.
  ///   - free: The axes of the input that may have any size: `"batch"` for the first, `FreeAxis("length", axis: 1)`.
  ///   - opset: The version of ONNX's operators, 17 through 24. From 20 there is `Gelu`, from 23 `Attention`.
  ///   - inputNames: The input's name; left out, `input`, or `input_0` and so on.
  ///   - outputNames: The results' names; left out, `output`, or `output_0` and so on.
  ///   - externalDataBeyond: How many bytes of weights the file itself holds at most.
  /// - Throws: `ONNXExportError` with everything that cannot be exported, before anything is written; `TensorError`
  ///   for a misuse in the forward pass, and where it depends on numbers that it reads or draws; `FileWriteError`.
  public func exportONNX(
    to path: String, example: Tensor, free: [FreeAxis] = [], opset: Int = 20, inputNames: [String]? = nil,
    outputNames: [String]? = nil, externalDataBeyond: Int = 1_500_000_000
  ) throws {
    try exportONNX(
      to: path, example: [example], free: free, opset: opset, inputNames: inputNames, outputNames: outputNames,
      externalDataBeyond: externalDataBeyond
    ) { [self($0[0])] }
  }

  /// The same for a forward pass of several inputs or results.
  ///
  /// ```swift
  /// try model.exportONNX(
  ///   to: "encoder.onnx", example: [tokens, mask], free: ["batch", FreeAxis("length", axis: 1)],
  ///   inputNames: ["tokens", "mask"]
  /// ) { [model($0[0], attentionMask: $0[1]).states] }
  /// ```
  /// - Parameter forward: What is exported: results from inputs. Other models that it uses are to be in evaluation.
  public func exportONNX(
    to path: String, example: [Tensor], free: [FreeAxis] = [], opset: Int = 20, inputNames: [String]? = nil,
    outputNames: [String]? = nil, externalDataBeyond: Int = 1_500_000_000, _ forward: ([Tensor]) throws -> [Tensor]
  ) throws {
    let graph = try exportedGraph(
      example, free: free, opset: opset, inputNames: inputNames, outputNames: outputNames, forward)
    let model = Onnx_ModelProto(graph, name: "\(type(of: self))", opset: opset)
    var writer = ModelFileWriter(model: model, tensors: graph.tensors)
    try writer.write(to: path, externalDataBeyond: externalDataBeyond)
  }

  /// The graph of a forward pass.
  package func exportedGraph(
    _ example: [Tensor], free: [FreeAxis], opset: Int, inputNames: [String]?, outputNames: [String]?,
    _ forward: ([Tensor]) throws -> [Tensor]
  ) throws -> ExportedGraph {
    guard (17...24).contains(opset) else {
      throw ONNXExportError(call: "expected an opset in 17 ... 24, got \(opset)")
    }
    let program = try evaluating { try SizedProgram(example, free, names: namedValues, forward) }
    func names(_ given: [String]?, _ count: Int, _ base: String) throws -> [String] {
      let names = given ?? (count == 1 ? [base] : (0..<count).map { "\(base)_\($0)" })
      if names.count == count { return names }
      throw ONNXExportError(call: "expected \(count) names, one for each \(base), got \(names)")
    }
    var exporter = ProgramExporter(program, opset: opset)
    return try exporter.run(
      inputNames: names(inputNames, example.count, "input"),
      outputNames: names(outputNames, program.base.results.count, "output"),
      learned: Set(namedParameters().map(\.name)))
  }
}
