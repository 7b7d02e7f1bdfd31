/// How errors speak where a caller gave one example, [C, ...], that runs as a batch of one: of the caller's axes.
package enum SingleExample {
  @TaskLocal private static var isGiven = false

  static var isRunning: Bool { isGiven }

  /// Runs `body`, whose operands are batches of one.
  static func running<Result>(_ body: () -> Result) -> Result { $isGiven.withValue(true, operation: body) }

  /// An axis as the caller counts them.
  static func axis(_ axis: Int) -> Int { isGiven ? axis - 1 : axis }

  /// A shape of the batch as the caller gave it.
  static func shape(_ shape: Shape) -> Shape { isGiven ? Shape(shape.sizes.dropFirst()) : shape }

  static func spec(_ spec: TensorSpec) -> TensorSpec { TensorSpec(shape(spec.shape), spec.dtype) }
}
