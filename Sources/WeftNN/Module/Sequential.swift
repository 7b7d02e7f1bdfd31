import WeftTensor

/// Modules applied one after another, named by their place: `0.weight`, `2.bias`.
///
/// ```swift
/// let model = Sequential {
///   Linear(784, 128); ReLU()
///   Linear(128, 10)
/// }
/// ```
public final class Sequential: Module {
  public let layers: [Module]

  public init(_ layers: [Module]) { self.layers = layers }
  public convenience init(@SequentialBuilder _ layers: () -> [Module]) { self.init(layers()) }

  public override var properties: [(name: String, value: Any)] { [("", layers)] }

  public override func forward(_ input: Tensor) -> Tensor { layers.reduce(input) { $1($0) } }

  public subscript(index: Int) -> Module { layers[index] }
}

/// Collects the layers written in a `Sequential { }`, with conditions and loops.
@resultBuilder
public enum SequentialBuilder {
  public static func buildPartialBlock(first: [Module]) -> [Module] { first }
  public static func buildPartialBlock(accumulated: [Module], next: [Module]) -> [Module] { accumulated + next }
  public static func buildExpression(_ module: Module) -> [Module] { [module] }
  public static func buildExpression(_ modules: [Module]) -> [Module] { modules }
  public static func buildOptional(_ modules: [Module]?) -> [Module] { modules ?? [] }
  public static func buildEither(first: [Module]) -> [Module] { first }
  public static func buildEither(second: [Module]) -> [Module] { second }
  public static func buildArray(_ modules: [[Module]]) -> [Module] { modules.flatMap { $0 } }
  public static func buildBlock() -> [Module] { [] }
}
