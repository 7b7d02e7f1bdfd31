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

  /// Floats of 8 bits are read and rounded to; what would compute with them is refused when the model is opened.
  @Test func nothingComputesWithFloatsOfEightBits() throws {
    let eights = tensor("e", 17, [4], [0x00, 0x7E, 0xB8, 0x01])
    let read = try OneNode.model([cast("e", to: 1)], inputs: 0, tensors: [eights])
    #expect(try read.result([]).scalars(as: Float.self) == [0, 448, -1, 0x1p-9])
    #expect {
      try OneNode.model([OneNode.node("Add", ["e", "e"])], inputs: 0, tensors: [eights])
    } throws: {
      ($0 as? ONNXError)?.code == .unsupported && "\($0)".contains("computes with numbers of float8e4m3fn")
    }
  }

  @Test func floatsOfFourBitsStandTwoInAByte() throws {
    let halves = tensor("e", 23, [3], [0x1F, 0x07])
    let read = try OneNode.model([cast("e", to: 1)], inputs: 0, tensors: [halves])
    #expect(try read.result([]).scalars(as: Float.self) == [-6, 0.5, 6])
    let scales = try OneNode.model([cast("e", to: 1)], inputs: 0, tensors: [tensor("e", 24, [3], [0, 127, 255])])
    let numbers = try scales.result([]).scalars(as: Float.self)
    #expect(numbers[0] == 0x1p-127 && numbers[1] == 1 && numbers[2].isNaN)
  }

  private static let given: [Double] = [
    0, -0.0625, 1.0625, 1.1875, 0.0009765625, 0.0029296875, 17, 19, 464, 465, -61440, .infinity, 2.5e-6, 0.3,
  ]

  /// What ml_dtypes 0.5.4 makes of `given`, which does not saturate, of each type and from types that hold it.
  private static let rounded: [(Int64, greatest: Double, [Double])] = [
    (17, 448, [0, -0.0625, 1, 1.25, 0, 0.00390625, 16, 20, 448, .nan, .nan, .nan, 0, 0.3125]),
    (18, 240, [0, -0.0625, 1, 1.25, 0.0009765625, 0.0029296875, 16, 20, .nan, .nan, .nan, .nan, 0, 0.3125]),
    (19, 57344, [0, -0.0625, 1, 1.25, 0.0009765625, 0.0029296875, 16, 20, 448, 448, -.infinity, .infinity, 0, 0.3125]),
    (20, 57344, [0, -0.0625, 1, 1.25, 0.0009765625, 0.0029296875, 16, 20, 448, 448, .nan, .nan, 0, 0.3125]),
    (23, 6, [0, -0.0, 1, 1, 0, 0, 6, 6, 6, 6, -6, 6, 0, 0.5]),
  ]

  @Test(arguments: [0, 1, 2, 3, 4], [DType.float32, .float64]) func floatsAreRoundedToFewBits(
    _ place: Int, _ dtype: DType
  ) throws {
    let (type, greatest, expected) = Self.rounded[place]
    let x = Tensor(Self.given + [.nan], shape: [15], dtype: dtype)
    for saturates in [true, false] {
      let node = OneNode.node(
        "Cast", ["x0"], to: ["e"],
        [
          OneNode.attribute("to", [type], isList: false),
          OneNode.attribute("saturate", [saturates ? 1 : 0], isList: false),
        ])
      let numbers = try OneNode.model([node, cast("e", to: 1)], inputs: 1).result([x]).scalars(as: Double.self)
      for (found, (given, right)) in zip(numbers, zip(Self.given, expected)) {
        let isBeyond = saturates && !right.isFinite
        let wanted = isBeyond ? (given < 0 ? -greatest : greatest) : right
        #expect(found == wanted || found.isNaN && wanted.isNaN, "\(type) of \(given): \(found)")
      }
      #expect(type == 23 ? numbers[14] == 0 : numbers[14].isNaN)
    }
  }

  /// Scales of powers of two, in each of the three ways.
  @Test(
    arguments: [
      ("up", [0x1p-127, 1, 2, 4, 4, 2]), ("down", [0x1p-127, 1, 1, 2, 2, 1]), ("nearest", [0x1p-127, 1, 2, 2, 4, 1]),
    ] as [(String, [Double])]) func scalesAreRoundedAsIsSaid(_ way: String, _ expected: [Double]) throws
  {
    let node = OneNode.node(
      "Cast", ["x0"], to: ["e"],
      [OneNode.attribute("to", [24], isList: false), OneNode.attribute("round_mode", way)])
    let x = Tensor([0, 1, 1.5, 2.5, 3, 1.25], shape: [6], dtype: .float32)
    let found = try OneNode.model([node, cast("e", to: 11)], inputs: 1).result([x]).scalars(as: Double.self)
    #expect(found.dropFirst() == expected.dropFirst())
  }

  /// To floats of 8 bits and back, in the type of the zero point, also in frozen models.
  @Test func floatsOfEightBitsAreQuantizedTo() throws {
    let scale = Tensor(0.5, dtype: .float32)
    let nodes = [
      OneNode.node("QuantizeLinear", ["x0", "s", "z"], to: ["e"]), OneNode.node("Reshape", ["e", "shape"], to: ["r"]),
      OneNode.node("DequantizeLinear", ["r", "s"]),
    ]
    let model = try OneNode.model(
      nodes, inputs: 1, initializers: [("s", scale)],
      tensors: [
        tensor("z", 17, [], [0]), tensor("shape", 7, [1], [255, 255, 255, 255, 255, 255, 255, 255]),
      ])
    let x = Tensor([1, 0.54, -2.1, 1000], shape: [2, 2], dtype: .float32)
    let expected: [Float] = [1, 0.5625, -2, 224]
    #expect(try model.result([x]).scalars(as: Float.self) == expected)
    let frozen = try model.frozen(for: [["x0": x]]).run(["x0": x])
    #expect(frozen["y"]?.scalars(as: Float.self) == expected)
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
