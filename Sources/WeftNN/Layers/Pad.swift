import WeftTensor

/// What the padding layers share: elements around the last axes.
///
/// Sizes stand in the order of the axes, height before width; PyTorch lists the last axis first. Negative sizes crop.
///
/// Shape: [N, C, spatial...] to [N, C, before + spatial + after...], or the same without N.
public class PadLayer: Module {
  /// What the added elements are.
  public let mode: PaddingMode
  /// How much is added before each spatial axis; where negative, cut off.
  public let before: PerAxis
  /// How much is added after it.
  public let after: PerAxis
  private let axes: Int

  init(axes: Int, _ mode: PaddingMode, before: PerAxis, after: PerAxis) {
    (self.axes, self.mode, self.before, self.after) = (axes, mode, before, after)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    let name = "\(type(of: self))"
    do {
      let before = try before.resolved(axes, "before", atLeast: Int.min, operation: name)
      let after = try after.resolved(axes, "after", atLeast: Int.min, operation: name)
      return input.padded(Array(zip(before, after)), mode: mode)
    } catch {
      return .failed(error)
    }
  }
}
