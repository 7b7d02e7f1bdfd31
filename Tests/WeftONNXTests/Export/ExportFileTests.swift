import Foundation
import SwiftProtobuf
import TestSupport
import Testing
import Weft
import WeftONNX

/// What stands in the files, and what is refused.
@Suite struct ExportFileTests {
  /// A module of operations that ONNX lacks, and of one that it has.
  final class Inverting: Module {
    let linear = Linear(3, 3)

    override func forward(_ input: Tensor) -> Tensor {
      let square = linear(input)
      return square.svd().s + square.inverse().sum(axis: -1) + square.digamma().sum(axis: -1)
    }
  }

  /// Two layers with one weight.
  final class Tied: Module {
    let embedding = Embedding(5, 4)

    override func forward(_ input: Tensor) -> Tensor { linear(embedding(input), weight: embedding.weight.tensor) }
  }

  private func read(_ path: String) throws -> Onnx_ModelProto {
    try Onnx_ModelProto(serializedBytes: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func refusal(_ body: () throws -> Void) throws -> ONNXExportError {
    try #require(throws: ONNXExportError.self) { try body() }
  }

  @Test func everythingThatCannotBeExportedIsSaidAtOnce() throws {
    let folder = try TemporaryFolder()
    let model = Sequential {
      Linear(3, 3); Inverting()
    }
    try AtomicFile.write("old", to: folder("model.onnx"))
    let error = try refusal {
      try model.exportONNX(to: folder("model.onnx"), example: Tensor(normal: [3, 3], using: RandomStream(seed: 1)))
    }
    #expect(error.obstacles.map(\.operation) == ["svd", "inverse", "digamma"])
    #expect(error.obstacles.allSatisfy { $0.modulePath == "1" })
    #expect(error.description.hasPrefix("[exportONNX] nothing was written:\n  svd in 1: ONNX has no such operator"))
    #expect(try String(contentsOfFile: folder("model.onnx"), encoding: .utf8) == "old")
    #expect(folder.names == ["model.onnx"])
  }

  @Test func wrongCallsAreRefused() throws {
    let folder = try TemporaryFolder()
    let (model, x) = (Linear(3, 2), Tensor(zeros: [4, 3]))
    func refused(_ free: [FreeAxis] = [], opset: Int = 20, inputs: [String]? = nil) throws -> String {
      try refusal {
        try model.exportONNX(to: folder("a.onnx"), example: x, free: free, opset: opset, inputNames: inputs)
      }.obstacles[0].reason
    }
    #expect(try refused(opset: 16) == "expected an opset in 17 ... 24, got 16")
    #expect(try refused([FreeAxis("far", axis: 2)]).hasPrefix("expected inputs that have the free axis 'far', axis 2"))
    #expect(try refused([FreeAxis("other", inputs: [1])]).contains("of input 1"))
    #expect(try refused(["n", FreeAxis("n", axis: 1)]).contains("got 'n' twice"))
    #expect(try refused([FreeAxis("n", sizes: [1, 2])]).contains("at least three sizes"))
    #expect(try refused(inputs: ["a", "b"]).hasPrefix("expected 1 names"))
    #expect(try refused(inputs: ["weight"]).contains("that no parameter has, got 'weight'"))
    #expect(try refused(inputs: ["output"]).contains("names that differ"))
    #expect(folder.names.isEmpty)
  }

  /// A linear layer's width cannot be free: its weight has that of the example.
  @Test func anAxisThatIsNotFreeIsNotExportedAsFree() throws {
    let folder = try TemporaryFolder()
    #expect(throws: (any Error).self) {
      try Linear(3, 2).exportONNX(
        to: folder("a.onnx"), example: Tensor(zeros: [4, 3]), free: [FreeAxis("width", axis: 1)])
    }
    #expect(folder.names.isEmpty)
  }

  @Test func aModelThatDrawsOrReadsNumbersIsRefused() throws {
    final class Reading: Module {
      override func forward(_ input: Tensor) -> Tensor { input * input.sum().item(as: Double.self) }
    }
    final class Drawing: Module {
      override func forward(_ input: Tensor) -> Tensor { input + Tensor(normal: input.shape) }
    }
    let folder = try TemporaryFolder()
    for model in [Reading(), Drawing()] as [Module] {
      #expect(throws: TensorError.self) { try model.exportONNX(to: folder("a.onnx"), example: Tensor(ones: [2, 3])) }
    }
    #expect(folder.names.isEmpty)
  }

  @Test func weightsKeepTheirNamesAndTiedOnesStandOnce() throws {
    let folder = try TemporaryFolder()
    let tokens = Tensor([[1, 2, 3]])
    try Tied().exportONNX(to: folder("tied.onnx"), example: tokens, free: ["batch"])
    let tied = try read(folder("tied.onnx"))
    #expect(tied.graph.initializer.map(\.name) == ["embedding.weight"])
    #expect(tied.graph.initializer[0].rawData.count == 5 * 4 * 4)
    let gpt = GPT(vocabularySize: 20, contextLength: 8, numLayers: 1, numHeads: 2, embedDim: 8)
    try gpt.exportONNX(to: folder("gpt.onnx"), example: tokens)
    let names = Set(try read(folder("gpt.onnx")).graph.initializer.map(\.name))
    #expect(Set(gpt.namedParameters().map(\.name)).isSubset(of: names))
  }

  @Test func freeAxesStandByTheirNames() throws {
    let folder = try TemporaryFolder()
    try Conv2d(1, 2, kernelSize: 3).exportONNX(
      to: folder("a.onnx"), example: Tensor(zeros: [1, 1, 8, 8]), free: ["batch", FreeAxis("height", axis: -2)],
      inputNames: ["image"], outputNames: ["features"])
    let model = try read(folder("a.onnx"))
    func shape(_ info: Onnx_ValueInfoProto) -> [String] {
      info.type.tensorType.shape.dim.map { dimension in
        switch dimension.value {
        case .dimValue(let size): "\(size)"
        case .dimParam(let name): name
        case nil: "?"
        }
      }
    }
    #expect(model.graph.input.map(\.name) == ["image"] && model.graph.output.map(\.name) == ["features"])
    #expect(shape(model.graph.input[0]) == ["batch", "1", "height", "8"])
    #expect(shape(model.graph.output[0]) == ["batch", "2", "?", "6"])
    #expect(model.producerName == "Weft" && model.opsetImport.map(\.version) == [20] && model.irVersion == 9)
  }

  @Test func largeWeightsStandInAFileBesideTheModel() throws {
    let folder = try TemporaryFolder()
    let model = Sequential {
      Linear(40, 30); ReLU(); Linear(30, 20)
    }
    try model.exportONNX(to: folder("a.onnx"), example: Tensor(zeros: [1, 40]), externalDataBeyond: 6_000)
    #expect(folder.names == ["a.onnx", "a.onnx.data"])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder("a.onnx.data")))
    for tensor in try read(folder("a.onnx")).graph.initializer {
      let parameter = try #require(model.namedParameters().first { $0.name == tensor.name }?.parameter)
      let bytes = parameter.value.withUnsafeBytes { Data($0) }
      guard tensor.dataLocation == .external else {
        #expect(tensor.rawData == bytes && bytes.count < 1024)
        continue
      }
      let entries = Dictionary(uniqueKeysWithValues: tensor.externalData.map { ($0.key, $0.value) })
      let (offset, length) = (try #require(entries["offset"].flatMap(Int.init)), entries["length"].flatMap(Int.init))
      #expect(entries["location"] == "a.onnx.data" && length == bytes.count && offset.isMultiple(of: 4096))
      #expect(data[offset..<(offset + bytes.count)] == bytes)
    }
    try model.exportONNX(to: folder("b.onnx"), example: Tensor(zeros: [1, 40]))
    #expect(folder.names == ["a.onnx", "a.onnx.data", "b.onnx"])
  }

  @Test func aModelGoesOnTrainingAfterwards() throws {
    let folder = try TemporaryFolder()
    let model = Sequential {
      Linear(4, 4); Dropout(0.5); BatchNorm1d(4)
    }
    try model.exportONNX(to: folder("a.onnx"), example: Tensor(zeros: [2, 4]), free: ["batch"])
    #expect(model.namedModules().allSatisfy { $0.module.isTraining })
    #expect(try read(folder("a.onnx")).graph.node.map(\.opType) == ["Gemm", "BatchNormalization"])
  }

  @Test func inputsAndOneValueTwiceMayBeResults() throws {
    let model = Linear(3, 3)
    let graph = try model.exportedGraph(
      [Tensor(zeros: [2, 3])], free: [], opset: 20, inputNames: nil, outputNames: nil
    ) { inputs in
      let y = model(inputs[0])
      return [y, inputs[0], y, model.weight.tensor]
    }
    graph.expectWellFormed("twice")
    #expect(
      graph.text == """
        Gemm(input, weight, bias) -> output_0
        Identity(input) -> output_1
        Identity(output_0) -> output_2
        Identity(weight) -> output_3
        """)
  }
}
