import Foundation
import TestSupport
import Testing
import Weft
import WeftONNX

@Suite struct ONNXHostileTests {
  @Test(arguments: [
    ("circle", ONNXError.Code.invalid, "by a circle of nodes"),
    ("nothing", .invalid, "the graph's output \"y\" is computed by no node"),
    ("twice", .invalid, "computed twice"), ("huge", .limitExceeded, "LoadLimits.tensorBytes"),
    ("short", .malformed, "does not have the elements"), ("memory", .outOfMemory, "ConstantOfShape"),
    ("recursion", .invalid, "calls itself"), ("growth", .limitExceeded, "in all calls of the functions it defines"),
    ("parent", .externalData, "within the model's folder"), ("absolute", .externalData, "within the model's folder"),
    ("missing", .externalData, "no such file"), ("shapes", .node, "MatMul"), ("types", .node, "integer indices"),
    ("attribute", .node, "Transpose"),
  ]) func isRefused(_ name: String, _ code: ONNXError.Code, _ part: String) throws {
    let error = try #require(Models.error("bad_\(name)"))
    #expect(error.code == code, "\(error)")
    #expect("\(error)".contains(part), "\(error)")
  }

  @Test func everythingUnsupportedIsListedBeforeAnythingRuns() throws {
    let error = try #require(Models.error("bad_unsupported"))
    #expect(error.code == .unsupported)
    let file = Models.path("bad_unsupported")
    #expect(
      "\(error)" == """
        \(file): 3 problems [onnx.unsupported]
          elsewhere.Frobnicate (opset 1), node "first": is an operator that Weft does not have
          NoSuchThing (opset 18), node "second": is an operator that Weft does not have
          Cast (opset 18), node "third": a conversion to complex64
        """)
  }

  @Test func aLinkDoesNotLeadOut() throws {
    let (inside, outside) = (try TemporaryFolder(), try TemporaryFolder())
    try Data(Models.bytes("bad_missing")).write(to: URL(fileURLWithPath: inside("model.onnx")))
    try Data(repeating: 0, count: 8).write(to: URL(fileURLWithPath: outside("secret")))
    try FileManager.default.createSymbolicLink(atPath: inside("missing.data"), withDestinationPath: outside("secret"))
    #expect { try ONNXModel(from: inside("model.onnx")) } throws: { ($0 as? ONNXError)?.code == .externalData }
    // A model hub keeps both behind links into one store.
    let hub = try TemporaryFolder()
    try Data(Models.bytes("bad_missing")).write(to: URL(fileURLWithPath: outside("model")))
    try FileManager.default.createSymbolicLink(atPath: hub("model.onnx"), withDestinationPath: outside("model"))
    try FileManager.default.createSymbolicLink(atPath: hub("missing.data"), withDestinationPath: outside("secret"))
    let model = try ONNXModel(from: hub("model.onnx"))
    #expect(model(Tensor([1.0, 2.0])).scalars(as: Float.self) == [1, 2])
  }

  @Test(.timeLimit(.minutes(1))) func aPipeInTheDatasPlaceIsNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    try Data(Models.bytes("bad_missing")).write(to: URL(fileURLWithPath: folder("model.onnx")))
    #expect(mkfifo(folder("missing.data"), 0o600) == 0)
    let error = #expect(throws: DataFileError.self) { try ONNXModel(from: folder("model.onnx")) }
    #expect(error?.code == .unreadable && error?.found == "a pipe or a device")
  }

  @Test(arguments: ["mlp", "loop", "functions"]) func cutOffAnywhere(_ name: String) throws {
    let bytes = try Models.bytes(name)
    let opened = (0..<bytes.count).count { runAnyway(Array(bytes[..<$0])) }
    #expect(opened < bytes.count, "none is refused")
  }

  @Test(arguments: ["mlp", "loop", "functions", "shapes"]) func anyByteFlipped(_ name: String) throws {
    let bytes = try Models.bytes(name)
    let bits = [0, 3, 6]
    var opened = 0
    for place in bytes.indices {
      for bit in bits {
        var broken = bytes
        broken[place] ^= 1 << UInt8(bit)
        if runAnyway(broken) { opened += 1 }
      }
    }
    #expect(opened > 0, "all are refused")
    #expect(opened < bits.count * bytes.count, "none is refused")
  }

  @Test func otherFilesAreTold() throws {
    #expect { try ONNXModel(FileBytes(name: "page", bytes: Array("<!DOCTYPE html><html>".utf8))) } throws: {
      "\($0)".contains("web page") || "\($0)".contains("HTML")
    }
    #expect { try ONNXModel(FileBytes(name: "empty", bytes: [])) } throws: { _ in true }
  }

  /// It may be refused or run; it must not end the process. Whether it was opened.
  private func runAnyway(_ bytes: [UInt8]) -> Bool {
    var limits = LoadLimits()
    limits.tensorBytes = 1 << 24
    guard let model = try? ONNXModel(FileBytes(name: "broken", bytes: bytes), limits: limits) else { return false }
    let x = Tensor(
      ones: model.summary.inputs.count > 1
        ? [2, 3] : model.summary.inputs.first?.type.contains("12") == true ? [2, 12] : [2, 4])
    _ = try? model.run(
      ["x": x, "count": Tensor(3)].filter { entry in model.summary.inputs.contains { $0.name == entry.key } })
    return true
  }

  @Test func inputsAreChecked() throws {
    let model = try Models.open("mlp")
    #expect(
      error { try model.run(["y": Tensor(ones: [1, 4])]) }.contains("the input \"x\", float32 [n, 4], is not given"))
    #expect(
      error { try model.run(["x": Tensor(ones: [1, 5])]) }.contains(
        "is to be float32 [n, 4], and what is given is float32 [1, 5]"))
    #expect(error { try model.run(["x": Tensor(ones: [1, 4]), "z": Tensor(1)]) }.contains("there is no input \"z\""))
    #expect(error { try model.run(["x": Tensor(ones: [1, 4])], outputs: ["q"]) }.contains("there is no value \"q\""))
    #expect(throws: TensorError.self) { try withTensorErrors { model(Tensor(ones: [1, 5])) } }
  }

  private func error(_ body: () throws -> Any) -> String {
    do {
      _ = try body()
      return ""
    } catch {
      return "\(error)"
    }
  }
}
