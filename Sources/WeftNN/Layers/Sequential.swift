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
  /// The layers in order; one may be replaced, added or taken away.
  public var layers: [Module] { didSet { runningOrder = Self.runningOrder(of: layers) } }
  /// The layers as they are run: the maximum of a window is rectified, rather than every element of it. Neither results
  /// nor gradients tell the difference, and only the elements that stay are read and written again.
  private var runningOrder: [Module]

  /// The layers of an array, in its order.
  public init(_ layers: [Module]) {
    self.layers = layers
    runningOrder = Self.runningOrder(of: layers)
  }
  /// The layers written in the braces, with conditions and loops where they are needed.
  public convenience init(@SequentialBuilder _ layers: () -> [Module]) { self.init(layers()) }

  public override var properties: [(name: String, value: Any)] { [("", layers)] }

  public override func forward(_ input: Tensor) -> Tensor {
    // Who looks at each layer's output is to see it as written.
    let isSeen = ForwardObserver.current != nil || layers.contains { $0.hooks != nil }
    var x = input
    for layer in isSeen ? layers : runningOrder { x = layer(x) }
    return x
  }

  private static func runningOrder(of layers: [Module]) -> [Module] {
    var order = layers
    for place in order.indices.dropLast() where order[place] is ReLU && order[place + 1] is MaxPoolLayer {
      order.swapAt(place, place + 1)
    }
    return order
  }

  /// The layer at a place; setting one replaces it. Misuse: a place that does not exist.
  public subscript(index: Int) -> Module {
    get { exists(index, of: layers.count, "layers", operation: "Sequential") ? layers[index] : Sequential([]) }
    set { if exists(index, of: layers.count, "layers", operation: "Sequential") { layers[index] = newValue } }
  }
}

/// Collects the layers written in a `Sequential { }`, with conditions and loops.
@resultBuilder
public enum SequentialBuilder {
  /// The first statement's layers.
  public static func buildPartialBlock(first: [Module]) -> [Module] { first }
  /// What the statements so far gave, then the next one's layers.
  public static func buildPartialBlock(accumulated: [Module], next: [Module]) -> [Module] { accumulated + next }
  /// A single layer.
  public static func buildExpression(_ module: Module) -> [Module] { [module] }
  /// Several layers, from an array.
  public static func buildExpression(_ modules: [Module]) -> [Module] { modules }
  /// What an `if` without `else` gives: nothing where it does not hold.
  public static func buildOptional(_ modules: [Module]?) -> [Module] { modules ?? [] }
  /// What the first branch of an `if` or `switch` gives.
  public static func buildEither(first: [Module]) -> [Module] { first }
  /// What another branch gives.
  public static func buildEither(second: [Module]) -> [Module] { second }
  /// What a loop gives, pass after pass.
  public static func buildArray(_ modules: [[Module]]) -> [Module] { modules.flatMap { $0 } }
  /// Braces without a layer: the identity.
  public static func buildBlock() -> [Module] { [] }
}
