/// A layer with what an adapter adds to it.
struct AdaptedLayer {
  /// What the reference library calls the layer.
  let name: String
  let layer: any LowRankLayer
  let adapter: LowRankAdapter
}
