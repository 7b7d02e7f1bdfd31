import WeftNN
import WeftTensor

/// The attention of a layer in an encoder or a decoder with a source: maps to queries, keys and values in heads, and one of
/// the joined heads.
///
/// Shape: [..., T, E] to the same. The maps are called as their family's files call them.
final class HeadAttention: Module {
  let query, key, value, output: Linear
  private let options: Options

  /// What families differ in.
  struct Options {
    /// E, the features of a position.
    var width: Int
    var heads: Int
    /// d, the features of a head.
    var headWidth: Int
    /// What products of queries and keys are multiplied by.
    var scale: Double
    var dropout: Double
    /// The names of the maps to queries, keys and values, and of the last one.
    var names: [String]
    /// Whether each of these adds a bias.
    var biases: [Bool]
  }

  init(_ options: Options) {
    self.options = options
    let joined = options.heads * options.headWidth
    func map(_ place: Int, _ input: Int, _ output: Int) -> Linear {
      Linear(input, output, bias: options.biases[place])
    }
    query = map(0, options.width, joined)
    key = map(1, options.width, joined)
    value = map(2, options.width, joined)
    output = map(3, joined, options.width)
  }

  override var properties: [(name: String, value: Any)] {
    zip(options.names, [query, key, value, output]).map { ($0, $1) }
  }

  /// Positions see each other.
  ///
  /// - Parameter layer: The place of the layer.
  func callAsFunction(_ x: Tensor, _ pass: any DecoderPass, layer: Int) -> Tensor {
    inPath {
      joined(pass.attend(inHeads(query(x)), inHeads(key(x)), inHeads(value(x)), scope(layer)))
    }
  }

  /// Positions see the source.
  func callAsFunction(_ x: Tensor, _ source: any SourcePass, layer: Int) -> Tensor {
    inPath { joined(source.attend(inHeads(query(x)), scope(layer)) { keys(of: $0) }) }
  }

  /// Keys and values of states, [..., heads, d].
  func keys(of states: Tensor) -> (key: Tensor, value: Tensor) { (inHeads(key(states)), inHeads(value(states))) }

  private func scope(_ layer: Int) -> LayerScope {
    LayerScope(layer: layer, window: nil, scale: options.scale, dropout: isTraining ? options.dropout : 0)
  }

  private func inHeads(_ x: Tensor) -> Tensor {
    x.reshaped(to: Shape(x.shape.dropLast() + [options.heads, options.headWidth]))
  }

  private func joined(_ heads: Tensor) -> Tensor { output(heads.flattened(from: -2)) }
}
