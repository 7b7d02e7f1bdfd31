import WeftTensor

/// The softmax over the channels at each place of an image.
///
/// Shape: [N, C, H, W] or [C, H, W] to the same.
public final class Softmax2d: Module {
  public override init() {}

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank == 3 || input.rank == 4 else {
      return .failed(
        TensorError(
          .shape, operation: "Softmax2d", operands: [("input", input.spec)],
          expected: "an input [batch, channels, height, width] or [channels, height, width]", got: "\(input.shape)"))
    }
    return input.softmax(axis: -3)
  }
}
