import Weft

/// A pre-norm block: causal attention, then a two-layer perceptron, each added to what came in.
final class BenchBlock: Module {
  let n1: LayerNorm
  let n2: LayerNorm
  let qkv: Linear
  let proj: Linear
  let up: Linear
  let down: Linear
  let heads: Int

  init(width: Int, heads: Int) {
    self.heads = heads
    n1 = LayerNorm(width)
    n2 = LayerNorm(width)
    qkv = Linear(width, 3 * width)
    proj = Linear(width, width)
    up = Linear(width, 4 * width)
    down = Linear(4 * width, width)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
    let parts = qkv(n1(x)).reshaped(batch, time, 3, heads, width / heads).permuted(2, 0, 3, 1, 4).unbound()
    let attended = scaledDotProductAttention(query: parts[0], key: parts[1], value: parts[2], isCausal: true)
    let x = x + proj(attended.transposed(1, 2).reshaped(batch, time, width))
    return x + down(up(n2(x)).gelu(approximation: .tanh))
  }
}

/// A small decoder over tokens (nanoGPT's shape).
final class BenchGPT: Module {
  let tok: Embedding
  let pos: Embedding
  let blocks: Sequential
  let norm: LayerNorm
  let head: Linear

  init(vocabulary: Int = 96, width: Int = 256, heads: Int = 8, layers: Int = 4, context: Int = 128) {
    tok = Embedding(vocabulary, width)
    pos = Embedding(context, width)
    blocks = Sequential((0..<layers).map { _ in BenchBlock(width: width, heads: heads) })
    norm = LayerNorm(width)
    head = Linear(width, vocabulary, bias: false)
  }

  override func forward(_ tokens: Tensor) -> Tensor {
    head(norm(blocks(tok(tokens) + pos.weight.tensor.sliced(axis: 0, to: tokens.shape[1]))))
  }
}

/// Characters through two LSTM layers. Not `CharLSTM`: names and first values are those of the other libraries' programs,
/// beside which `Benchmarks/agree` sets its losses.
final class BenchLSTM: Module {
  let e = Embedding(96, 256)
  let l = LSTM(256, 256, numLayers: 2, batchFirst: true)
  let o = Linear(256, 96)

  override func forward(_ tokens: Tensor) -> Tensor { o(l(e(tokens)).output) }
}
