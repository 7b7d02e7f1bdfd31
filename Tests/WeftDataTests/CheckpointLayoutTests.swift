import TestSupport
import Testing
import Weft

/// Files of others: tied weights under each name, matrices the other way round, counts that are not there.
@Suite struct CheckpointLayoutTests {
  private func model() -> GPT { GPT(vocabularySize: 5, contextLength: 4, numLayers: 1, numHeads: 1, embedDim: 2) }

  private func values(_ module: Module) -> [[Double]] { module.state().map { $0.tensor.scalars(as: Double.self) } }

  @Test func aTiedWeightIsSavedUnderEachOfItsNames() throws {
    let folder = try TemporaryFolder()
    let (saved, loaded) = (model(), model())
    try saved.save(to: folder("m.safetensors"))
    let file = try SafeTensors(contentsOf: folder("m.safetensors"))
    #expect(Set(file.tensors.map(\.name)) == Set(saved.state().map(\.name) + ["lm_head.weight"]))
    try loaded.load(from: folder("m.safetensors"))
    #expect(values(loaded) == values(saved))
    #expect(loaded.lmHead.weight === loaded.wte.weight)

    try saved.save(to: folder("short.safetensors"), tiedNames: false)
    let short = try SafeTensors(contentsOf: folder("short.safetensors"))
    #expect(short.tensors.map(\.name).sorted() == saved.state().map(\.name).sorted())
    try model().load(from: folder("short.safetensors"))
  }

  @Test func countsOfBatchesMayBeMissing() throws {
    let model = Sequential {
      BatchNorm1d(2); InstanceNorm1d(2, trackRunningStats: true)
    }
    let state = model.state().filter { !$0.name.hasSuffix("num_batches_tracked") }
    #expect(state.count == model.state().count - 2)
    try model.load(state, from: "old")
    let single = BatchNorm1d(2)
    try single.load(single.state().filter { $0.name != "num_batches_tracked" }, from: "old")
    let error = try #require(throws: CheckpointError.self) {
      try model.load(state.filter { $0.name != "0.running_mean" }, from: "old")
    }
    #expect(error.missing == ["0.running_mean"])
  }

  /// As GPT-2's files have it: linear maps are [in, out].
  private func turned(_ model: GPT) -> [(name: String, tensor: Tensor)] {
    model.state().map { name, tensor in
      (name, name.contains(".c_") && tensor.rank == 2 ? tensor.transposed() : tensor)
    }
  }

  @Test func squareMatricesBesideTransposedOnesAreNotGuessed() throws {
    let (saved, other) = (model(), model())
    let file = turned(saved)
    let before = values(other)
    for partial in [true, false] {
      let error = try #require(throws: CheckpointError.self) {
        try other.load(file, from: "gpt2", partial: partial)
      }
      #expect(
        error.transposed == [
          "transformer.h.0.attn.c_attn.weight", "transformer.h.0.mlp.c_fc.weight",
          "transformer.h.0.mlp.c_proj.weight",
        ])
      #expect(error.undecided == ["transformer.h.0.attn.c_proj.weight"])
      #expect(
        error.description.hasSuffix(
          """
            square, of the file's layout or the module's (1):
              transformer.h.0.attn.c_proj.weight
            hint: the file has transformer.h.0.attn.c_attn.weight as [in, out]: `transposing:` names the matrices to be \
          transposed
          """))
    }
    #expect(values(other) == before)
  }

  @Test func matricesAreTransposedOnRequest() throws {
    let (saved, other) = (model(), model())
    try other.load(turned(saved), from: "gpt2", transposing: { $0.contains(".c_") })
    #expect(values(other) == values(saved))
    #expect(other(Tensor([[1, 2]])).isClose(to: saved(Tensor([[1, 2]]))))
    // Who says that nothing is transposed gets what fits.
    let loaded = try model().load(turned(saved), from: "gpt2", partial: true, transposing: { _ in false })
    #expect(loaded.contains("transformer.h.0.attn.c_proj.weight"))
    #expect(!loaded.contains("transformer.h.0.attn.c_attn.weight"))
  }
}
