import WeftTensor

/// What `FractionalMaxPool2d` and `FractionalMaxPool3d` share: the maxima of windows that begin at pseudorandom places, drawn
/// anew on each call, so that the size may shrink by any factor (Graham, "Fractional Max-Pooling", 2014).
///
/// Shape: [N, C, spatial...] to [N, C, outputSize...], or the same without N.
public class FractionalMaxPoolLayer: Module {
  let axes: Int
  /// The size of a window.
  public let kernelSize: PerAxis
  /// The sizes of the result; nil where they are shares of the input's.
  public let outputSize: PerAxis?
  /// The shares of the input's sizes that are left, one for each axis; empty where `outputSize` is given.
  public let outputRatio: [Double]

  init(axes: Int, _ kernelSize: PerAxis, _ outputSize: PerAxis?, _ outputRatio: [Double]) {
    (self.axes, self.kernelSize, self.outputSize) = (axes, kernelSize, outputSize)
    self.outputRatio = outputRatio.count == 1 ? Array(repeating: outputRatio[0], count: axes) : outputRatio
    super.init()
    guard outputSize == nil, self.outputRatio.count != axes || !self.outputRatio.allSatisfy({ 0 < $0 && $0 < 1 }) else {
      return
    }
    report(
      TensorError(
        .value, operation: "\(type(of: self))", expected: "1 ratio, or \(axes), between 0 and 1", got: "\(outputRatio)")
    )
  }

  public override func forward(_ input: Tensor) -> Tensor { pooled(input, nil).values }

  /// The maxima, and their indices in the flattened spatial axes.
  ///
  /// - Parameter samples: Numbers in 0 ..< 1 for where the windows begin, [N, C, axes]; left out, drawn.
  public func withIndices(_ input: Tensor, samples: Tensor? = nil) -> (values: Tensor, indices: Tensor) {
    inPath { pooled(input, samples) }
  }

  private func pooled(_ input: Tensor, _ samples: Tensor?) -> (values: Tensor, indices: Tensor) {
    // A share that was refused leaves nothing.
    let sizes = zip(input.shape.sizes.suffix(axes), outputRatio).map { 0 < $1 && $1 < 1 ? Int(Double($0) * $1) : 0 }
    return input.fractionalMaxPooled(
      kernel: kernelSize, outputSize: outputSize ?? PerAxis(sizes), samples: samples, spatialAxes: axes)
  }
}

/// The maxima of windows at pseudorandom places over two spatial axes; see `FractionalMaxPoolLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class FractionalMaxPool2d: FractionalMaxPoolLayer {
  /// - Parameter outputSize: The spatial sizes of the result.
  public init(_ kernelSize: PerAxis, outputSize: PerAxis) { super.init(axes: 2, kernelSize, outputSize, []) }

  /// - Parameter outputRatio: What share of each axis is left, between 0 and 1: one number for all axes, or one for each.
  public init(_ kernelSize: PerAxis, outputRatio: [Double]) { super.init(axes: 2, kernelSize, nil, outputRatio) }
}

/// The maxima of windows at pseudorandom places over three spatial axes; see `FractionalMaxPoolLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class FractionalMaxPool3d: FractionalMaxPoolLayer {
  /// - Parameter outputSize: The spatial sizes of the result.
  public init(_ kernelSize: PerAxis, outputSize: PerAxis) { super.init(axes: 3, kernelSize, outputSize, []) }

  /// - Parameter outputRatio: What share of each axis is left, between 0 and 1: one number for all axes, or one for each.
  public init(_ kernelSize: PerAxis, outputRatio: [Double]) { super.init(axes: 3, kernelSize, nil, outputRatio) }
}
