import Testing
import Weft
import WeftONNX

/// What follows the free axes in other ways than a shape that is at hand.
@Suite struct MovingSizeTests {
  private static let length = FreeAxis("length", axis: 2)

  private func refusal(_ forward: @escaping (Tensor) -> Tensor) throws -> ONNXExportError.Obstacle {
    let one = ExportCase("one", ReLU(), ExportCase.x(2, 3, 8), free: [Self.length]) { [forward($0[0])] }
    let error = try #require(throws: ONNXExportError.self) { try one.graph() }
    return try #require(error.obstacles.first)
  }

  /// A node holds one kernel, and would pool parts of longer inputs.
  @Test func attributesThatFollowAFreeAxisAreRefused() throws {
    let factor = try refusal { $0 * Double($0.shape[2]) }
    #expect(factor.reason.contains("free axes"), "\(factor)")
    let padding = try refusal { $0.padded([(1, $0.shape[2] - 1)], mode: .circular) }
    #expect(padding.reason.contains("free axes"), "\(padding)")
  }

  /// Those whose rules take them from each recording are not.
  @Test func slicesAndShapesMayFollowAFreeAxis() throws {
    let one = ExportCase("one", ReLU(), ExportCase.x(2, 3, 8), free: [Self.length]) { inputs in
      let x = inputs[0]
      let half = x.narrowed(axis: 2, from: 0, count: x.shape[2] - 2)
      return [half.padded([(0, 2)]) + x.reshaped(to: [2, 3 * x.shape[2]]).reshaped(to: x.shape)]
    }
    try expectTheSame(one, lengths: [8, 9, 16])
  }

  /// At the lengths 8, 16 and 24 the convolution's result is half as long: at 9 it is 5 long.
  @Test func aSizeAtHandIsTakenBeforeAShareOfAnother() throws {
    let one = ExportCase(
      "one", Conv1d(3, 2, kernelSize: 3, stride: 2, padding: 1), ExportCase.x(2, 3, 8), free: [Self.length])
    let layer = one.module
    let spread = ExportCase("spread", layer, one.inputs, free: one.free) { inputs in
      [apply(layer, inputs[0]).standardDeviation(axis: -1)]
    }
    try expectTheSame(spread, lengths: [8, 9, 11, 16])
  }

  /// Of even sizes alone what is halved and doubled comes back as it was: the file would be wrong at others.
  @Test func whatIsHalvedIsRecordedAtAnOddSizeToo() throws {
    let model = UNet(channels: 1, classes: 2, width: 2)
    let axes = [FreeAxis("height", axis: 2), FreeAxis("width", axis: 3)]
    let free = ExportCase("unet", model, ExportCase.x(1, 1, 16, 16), free: axes)
    let error = try #require(throws: ONNXExportError.self) { try free.graph() }
    #expect("\(error)".contains("give sizes at which it does"), "\(error)")
    let given = axes.map { FreeAxis($0.name, axis: $0.axis, sizes: [16, 32, 48]) }
    #expect(throws: Never.self) { try ExportCase("unet", model, free.inputs, free: given).graph() }
    // What takes even sizes alone needs no word of it.
    let shuffle = ExportCase("shuffle", PixelUnshuffle(2), ExportCase.x(1, 2, 4, 6), free: axes)
    #expect(throws: Never.self) { try shuffle.graph() }
  }

  /// A size that is rounded down is so at any size.
  @Test func sharesAreRoundedDown() throws {
    let one = ExportCase("one", ReLU(), ExportCase.x(2, 3, 8), free: [Self.length]) { inputs in
      let x = inputs[0]
      return [x.narrowed(axis: 2, from: 0, count: x.shape[2] / 4)]
    }
    try expectTheSame(one, lengths: [8, 9, 11, 15, 16])
  }

  private func apply(_ module: Module, _ x: Tensor) -> Tensor { module(x) }

  private func expectTheSame(_ one: ExportCase, lengths: [Int]) throws {
    let graph = try one.graph()
    var file = ModelFileWriter(model: Onnx_ModelProto(graph, name: one.name, opset: 20), tensors: graph.tensors)
    let read = try ONNXModel(FileBytes(name: one.name, bytes: file.wholeFile()))
    for length in lengths {
      let x = ExportCase.numbers([2, 3, length], length)
      let (found, right) = (noGrad { read(x) }, noGrad { one.forward([x])[0] })
      #expect(found.shape == right.shape, "\(length)")
      #expect(found.isClose(to: right, relative: 1e-5, absolute: 1e-5), "\(length): \(found) \(right)")
    }
  }
}
