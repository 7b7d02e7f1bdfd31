import Foundation
import Testing
import Weft
import WeftONNX

/// Types narrower than a byte, and floats of 8 bits.
@Suite struct NarrowTypeTests {
  private func tensor(_ name: String, _ type: Int32, _ sizes: [Int64], _ bytes: [UInt8]) -> Onnx_TensorProto {
    var proto = Onnx_TensorProto()
    (proto.name, proto.dataType, proto.dims, proto.rawData) = (name, type, sizes, Data(bytes))
    return proto
  }

  private func cast(_ input: String, to type: Int64, _ output: String = "y") -> Onnx_NodeProto {
    OneNode.node("Cast", [input], to: [output], [OneNode.attribute("to", [type], isList: false)])
  }

  private let x = Tensor([-9, -8, -1, 0, 3, 7, 8, 15.9, 2.5, 3.5, -2.5, -2.7], shape: [12], dtype: .float32)

  /// Conversions round to the nearest, halves to the even one, and keep the low bits, as between whole numbers they do.
  @Test(
    arguments: [
      (22, [7, -8, -1, 0, 3, 7, -8, 0, 2, 4, -2, -3]), (21, [7, 8, 15, 0, 3, 7, 8, 0, 2, 4, 14, 13]),
      (26, [-1, 0, -1, 0, -1, -1, 0, 0, -2, 0, -2, 1]), (25, [3, 0, 3, 0, 3, 3, 0, 0, 2, 0, 2, 1]),
    ] as [(Int64, [Int])]) func conversionsRoundAndKeepTheLowBits(_ type: Int64, _ expected: [Int]) throws
  {
    let direct = try OneNode.model([cast("x0", to: type, "n"), cast("n", to: 7)], inputs: 1)
    #expect(try direct.result([x]).scalars(as: Int.self) == expected)
    let like = [
      OneNode.node("Reshape", ["t", "shape"], to: ["like"]), OneNode.node("CastLike", ["x0", "like"], to: ["n"]),
    ]
    let model = try OneNode.model(
      like + [cast("n", to: 7)], inputs: 1,
      tensors: [tensor("t", Int32(type), [1], [0]), tensor("shape", 7, [1], [1, 0, 0, 0, 0, 0, 0, 0])])
    #expect(try model.result([x]).scalars(as: Int.self) == expected)
  }

  @Test func severalNumbersStandInAByte() throws {
    let model = try OneNode.model([cast("w", to: 7)], inputs: 0, tensors: [tensor("w", 22, [3], [0x8F, 0x07])])
    #expect(try model.result([]).scalars(as: Int.self) == [-1, -8, 7])
    let pairs = try OneNode.model([cast("w", to: 7)], inputs: 0, tensors: [tensor("w", 26, [5], [0b1001_1100, 0b01])])
    #expect(try pairs.result([]).scalars(as: Int.self) == [0, -1, 1, -2, 1])
    #expect {
      try OneNode.model([cast("w", to: 7)], inputs: 0, tensors: [tensor("w", 22, [5], [1, 2])])
    } throws: {
      ($0 as? ONNXError)?.code == .malformed
    }
  }

  /// Floats of 8 bits are read and dequantized; what would compute with them is refused when the model is opened.
  @Test func floatsOfEightBitsAreOnlyRead() throws {
    let eights = tensor("e", 17, [4], [0x00, 0x7E, 0xB8, 0x01])
    let read = try OneNode.model([cast("e", to: 1)], inputs: 0, tensors: [eights])
    #expect(try read.result([]).scalars(as: Float.self) == [0, 448, -1, 0x1p-9])
    for node in [OneNode.node("Add", ["e", "e"]), OneNode.node("QuantizeLinear", ["e", "e", "e"])] {
      #expect {
        try OneNode.model([node], inputs: 0, tensors: [eights])
      } throws: {
        ($0 as? ONNXError)?.code == .unsupported && "\($0)".contains("computes with numbers of float8e4m3fn")
      }
    }
    #expect(throws: ONNXError.self) { try OneNode.model([cast("x0", to: 17)], inputs: 1) }
  }

  /// Kernels of bytes end at the range of bytes: a result of 4 bits is not theirs in frozen models.
  @Test func resultsOfFourBitsEndAtTheirRange() throws {
    let (scale, fine) = (Tensor(0.5, dtype: .float32), Tensor(0.01, dtype: .float32))
    let nodes = [
      OneNode.node("QuantizeLinear", ["x0", "s", "z"], to: ["b"]),
      OneNode.node("DequantizeLinear", ["b", "s", "z"], to: ["r"]),
      OneNode.node("DequantizeLinear", ["w", "s", "z"], to: ["wr"]), OneNode.node("MatMul", ["r", "wr"], to: ["p"]),
      OneNode.node("QuantizeLinear", ["p", "f", "n"], to: ["q"]), OneNode.node("DequantizeLinear", ["q", "f", "n"]),
    ]
    let model = try OneNode.model(
      nodes, inputs: 1, initializers: [("s", scale), ("f", fine)],
      tensors: [tensor("z", 3, [], [0]), tensor("n", 22, [], [0]), tensor("w", 3, [2, 2], [1, 2, 255, 3])])
    let input = Tensor([1, 2, -3, 0.5], shape: [2, 2], dtype: .float32)
    let right = try model.result([input])
    #expect(right.abs().max().item(as: Double.self) <= 0.081)
    let found = try model.frozen(for: [["x0": input]]).run(["x0": input])
    #expect(try #require(found["y"]).isClose(to: right, relative: 0, absolute: 1e-6))
  }
}
