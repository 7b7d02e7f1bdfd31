import Testing
import Weft

/// A float64 input of a network in float32: layers refuse it, as PyTorch's do, and name both ways out. Without that one
/// tensor of a .npy file would have the whole network compute in float64, unseen.
@Suite struct MixedTypeTests {
  private static func layers() -> [(layer: Module, shape: Shape)] {
    let mixed = Sequential {
      BatchNorm1d(4); Tanh(); Linear(4, 2)
    }
    return [
      (Linear(3, 3), [2, 3]), (Conv1d(1, 2, kernelSize: 2), [1, 1, 4]), (Conv2d(1, 2, kernelSize: 2), [1, 4, 4]),
      (ConvTranspose2d(1, 2, kernelSize: 2), [1, 1, 4, 4]), (LSTM(3, 2), [4, 1, 3]), (GRUCell(3, 2), [1, 3]),
      (MultiheadAttention(4, numHeads: 2), [3, 1, 4]),
      (TransformerEncoderLayer(4, numHeads: 2, dimFeedforward: 8, dropout: 0), [3, 1, 4]), (mixed, [3, 4]),
    ]
  }

  @Test func layersRefuseFloat64() throws {
    for (layer, shape) in Self.layers() {
      let name = "\(type(of: layer))"
      do {
        _ = try withTensorErrors { layer(Tensor(ones: shape, dtype: .float64)) }
        Issue.record("\(name) took float64")
      } catch let error as TensorError {
        #expect(error.code == .dtype, "\(name): \(error)")
        #expect(error.expected.contains("float32") && error.got == "float64", "\(name): \(error)")
        #expect(error.hint.contains("x.converted(to: .float32)"), "\(name): \(error)")
        #expect(error.hint.contains("model.convert(to: .float64)"), "\(name): \(error)")
      }
    }
  }

  /// Both ways out lead out.
  @Test func aConvertedInputAndAConvertedNetworkFit() throws {
    for (layer, shape) in Self.layers() {
      let numbers = Tensor(normal: shape).converted(to: .float64)
      let narrow = try withTensorErrors { layer(numbers.converted(to: .float32)) }
      layer.convert(to: .float64)
      let wide = try withTensorErrors { layer(numbers) }
      layer.convert(to: .float32)
      #expect(narrow.dtype == .float32 && wide.dtype == .float64, "\(type(of: layer))")
      #expect(narrow.converted(to: .float64).isClose(to: wide, relative: 1e-3, absolute: 1e-4), "\(type(of: layer))")
    }
  }

  @Test func theErrorNamesTheLayerInTheModel() throws {
    let model = Sequential {
      ReLU(); Linear(3, 2)
    }
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { model(Tensor(ones: [1, 3], dtype: .float64)) }
    }
    #expect(error?.modulePath == "1")
    let bilinear = Bilinear(2, 2, 1)
    #expect(throws: TensorError.self) {
      try withTensorErrors { bilinear(Tensor(ones: [1, 2]), Tensor(ones: [1, 2], dtype: .float64)) }
    }
  }

  /// Half precision is joined: it loses nothing, and weights in bfloat16 are kept so to save memory.
  @Test func otherTypesJoin() {
    #expect(Linear(3, 2)(Tensor(ones: [1, 3], dtype: .bfloat16)).dtype == .float32)
    #expect(Linear(3, 2)(Tensor(ones: [1, 3], dtype: .int64)).dtype == .float32)
    let layer = Linear(3, 2)
    layer.convert(to: .float64)
    #expect(layer(Tensor(ones: [1, 3])).dtype == .float64)
  }

  /// A number of the program is of no type.
  @Test func aNumberLeavesTheTypeAsItIs() {
    let x = 0.25
    #expect(Linear(1, 2)(Tensor(x).reshaped(to: [1, 1])).dtype == .float32)
  }
}
